#pragma once

#include <string>
#include <vector>

namespace my_init::app {

/// What is to be run, in this order, and what was left out that somebody may have meant to be run.
struct StartupFiles {
  std::vector<std::string> paths;
  std::vector<std::string> warnings;

  friend bool operator==(const StartupFiles&, const StartupFiles&) = default;
};

/// The executables of a directory in byte order of their names, hidden ones too, whatever their
/// extension. A link runs under its own name. Empty when there is no such directory.
[[nodiscard]] StartupFiles list_startup_files(const std::string& directory);

/// The same for one file, such as /etc/rc.local: empty when it is not there or not executable.
[[nodiscard]] StartupFiles startup_file(const std::string& path);

/// Why execve(2) of `path` failed with the errno `number`, in words that name the interpreter where
/// that is the reason: "it has no #! line", "its interpreter '/bin/bash' does not exist". Never
/// empty.
[[nodiscard]] std::string explain_exec_failure(const std::string& path, int number);

}  // namespace my_init::app
