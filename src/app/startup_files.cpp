#include "my_init/app/startup_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>
#include <utility>

#include "my_init/app/directory.hpp"
#include "my_init/app/small_file.hpp"
#include "my_init/base/result.hpp"

namespace my_init::app {
namespace {

/// More than the kernel looks at for a #! line (BINPRM_BUF_SIZE).
constexpr std::size_t kBeginning = 256;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string beginning_of(const std::string& path) {
  return read_beginning(path, kBeginning).value_or("");
}

/// The path behind "#!", as the kernel reads it; a carriage return is part of it. Empty for a file
/// that has none.
std::string interpreter_of(std::string_view text) {
  if (!text.starts_with("#!")) return {};
  text = text.substr(2, text.find('\n') - 2);
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return std::string(text.substr(0, text.find_first_of(" \t")));
}

std::string explain_bad_format(std::string_view text) {
  if (text.empty()) return "it is empty";
  if (text.starts_with(kByteOrderMark)) return "it begins with a byte order mark, not with #!";
  if (text.starts_with("#!")) return "its #! line names no interpreter";
  if (text.starts_with("\x7F"
                       "ELF"))
    return "it is a program for another kind of machine";
  return "it has no #! line, such as #!/bin/sh";
}

/// Why a script whose file exists could not be executed; empty when it is not the interpreter.
std::string explain_interpreter(const std::string& interpreter, int number) {
  if (interpreter.empty()) return {};
  if (interpreter.ends_with('\r')) {
    return fmt::format(
        "its #! line ends in CR LF (a Windows line end), so that '{}\\r' is looked for",
        std::string_view(interpreter).substr(0, interpreter.size() - 1));
  }
  if (::access(interpreter.c_str(), X_OK) == 0) return {};
  if (number == ENOENT) return fmt::format("its interpreter '{}' does not exist", interpreter);
  return fmt::format("its interpreter '{}' cannot be run: {}", interpreter, errno_text(number));
}

}  // namespace

StartupFiles list_startup_files(const std::string& directory) {
  StartupFiles all;
  const auto names = names_in(directory);
  if (!names && names.error().number != ENOENT) all.warnings.push_back(names.error().message);
  for (const std::string& name : names.value_or(std::vector<std::string>{})) {
    StartupFiles one = startup_file(fmt::format("{}/{}", directory, name));
    std::move(one.paths.begin(), one.paths.end(), std::back_inserter(all.paths));
    std::move(one.warnings.begin(), one.warnings.end(), std::back_inserter(all.warnings));
  }
  return all;
}

StartupFiles startup_file(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  if ((status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0) {
    if (::access(path.c_str(), X_OK) == 0) return {{path}, {}};
    return {{}, {fmt::format("cannot run '{}': {}", path, errno_text(errno))}};
  }
  if (!beginning_of(path).starts_with("#!")) return {};
  return {
      {},
      {fmt::format("cannot run '{}': it begins with #! but is not executable (chmod +x)", path)}};
}

std::string explain_exec_failure(const std::string& path, int number) {
  struct stat status{};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return "it is a directory";
  if (!exists || !S_ISREG(status.st_mode)) return errno_text(number);
  const std::string text = beginning_of(path);
  if (number == ENOEXEC) return explain_bad_format(text);
  if (number == EACCES && ::access(path.c_str(), X_OK) != 0) return errno_text(number);
  if (number == ENOENT || number == EACCES || number == ENOTDIR) {
    std::string reason = explain_interpreter(interpreter_of(text), number);
    if (!reason.empty()) return reason;
    if (number == ENOENT && text.starts_with("\x7F"
                                             "ELF")) {
      return "the program loader that it names does not exist (made for another C library?)";
    }
  }
  return errno_text(number);
}

}  // namespace my_init::app
