#pragma once

#include <string>
#include <string_view>

namespace my_init::fuzz {

/// A directory in memory, where there is one; removed with the object.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// With a slash at its end.
  [[nodiscard]] const std::string& path() const { return path_; }
  void write(const std::string& name, std::string_view text) const;

 private:
  std::string path_;
};

}  // namespace my_init::fuzz
