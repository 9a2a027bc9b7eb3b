#pragma once

#include <string>

namespace my_init {

/// How a process ended: waitid(2) with CLD_EXITED, or CLD_KILLED and CLD_DUMPED.
struct ExitStatus {
  enum class Kind { exited, signaled };

  Kind kind = Kind::exited;
  int value = 0;  ///< exit status 0..255, or the signal's number

  [[nodiscard]] static ExitStatus exited(int status) { return {Kind::exited, status}; }
  [[nodiscard]] static ExitStatus signaled(int signo) { return {Kind::signaled, signo}; }

  /// What a shell reports: the status, or 128 + the signal's number.
  [[nodiscard]] int exit_code() const { return kind == Kind::exited ? value : 128 + value; }

  /// "exited with status 3", "was killed by SIGKILL".
  [[nodiscard]] std::string describe() const;

  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

}  // namespace my_init
