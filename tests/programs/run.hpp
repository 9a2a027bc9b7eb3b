#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace my_init::test {

/// What a program that has ended left.
struct Ended {
  int code = -1;  ///< -1: by a signal
  std::string output;
  std::string errors;
};

/// A directory for one test, which is the programs' working directory; removed with it.
class Directory {
 public:
  Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();

  void write(std::string_view name, std::string_view text) const;

  /// Runs the binary as svctl and waits for its end. Its environment has PATH, and a socket at
  /// which nobody listens.
  [[nodiscard]] Ended svctl(const std::vector<std::string>& words) const;

  /// Runs a program, found by PATH, in the same way; `svctl` is one of them.
  [[nodiscard]] Ended run(const std::vector<std::string>& argv) const;

  [[nodiscard]] std::string path(std::string_view name) const { return root_ + std::string(name); }

 private:
  std::string root_;  ///< with a slash at its end
};

}  // namespace my_init::test
