#pragma once

#include <optional>
#include <string>
#include <vector>

#include "my_init/base/unique_fd.hpp"

namespace my_init::test {

/// A cgroup (version 2) of the machine for one container, below that of the test; goes with it.
class BoxCgroup {
 public:
  /// Nothing where there is no cgroup version 2, or none that we may have one below.
  [[nodiscard]] static std::optional<BoxCgroup> make();
  ~BoxCgroup();
  BoxCgroup(BoxCgroup&&) = default;
  BoxCgroup& operator=(BoxCgroup&&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }  ///< of its directory
  /// The names of the cgroups right below it.
  [[nodiscard]] std::vector<std::string> below() const;
  /// One of its files, or of those below it; empty when there is none.
  [[nodiscard]] std::string text(const std::string& file) const;
  void write(const std::string& file, const std::string& text) const;

 private:
  BoxCgroup(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;  ///< on the machine
  UniqueFd fd_;
};

}  // namespace my_init::test
