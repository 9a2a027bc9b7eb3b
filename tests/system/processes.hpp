#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace my_init::test {

/// One process of a PID namespace, as the test outside sees it.
struct Process {
  pid_t host_pid = 0;   ///< its number for us: for kill(2), pidfd_open(2)
  pid_t pid = 0;        ///< its number inside
  char state = '?';     ///< as in /proc/PID/stat: R S D Z T ...
  std::string name;     ///< comm
  std::string command;  ///< argv joined by blanks; empty for a zombie
};

/// Everything in the PID namespace whose first process is `leader`, zombies too, by pid inside.
[[nodiscard]] std::vector<Process> processes_of(pid_t leader);

/// A file of /proc as text; empty when the process is gone.
[[nodiscard]] std::string proc_text(pid_t host_pid, const std::string& file);

/// What belongs to the process alone, in KiB; 0 when it is gone.
[[nodiscard]] long memory_of(pid_t host_pid);

}  // namespace my_init::test
