#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "my_init/base/time.hpp"

namespace my_init::os {

class Children;

/// One line of /proc/<pid>/stat.
struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  char state = '?';     ///< 'D' uninterruptible sleep, 'Z' zombie, ... (proc(5))
  std::string command;  ///< comm, at most 15 bytes
};

/// All other processes of this pid namespace, or only our descendants. Kernel threads are left out.
/// Empty when there is no /proc.
enum class ProcessScope { everyone, descendants };
[[nodiscard]] std::vector<Process> list_processes(ProcessScope scope);

/// The command (comm) of a process, at most 15 bytes; empty when there is none.
[[nodiscard]] std::string command_of(pid_t pid);

/// The time since boot, which the starts of processes are measured in.
[[nodiscard]] Duration time_since_boot();

/// Whether a process began at that time since boot or later, to the kernel's clock tick (10 ms);
/// false when there is none.
[[nodiscard]] bool has_begun_since(pid_t pid, Duration since_boot);

/// Adopted children of this process, each with what MY_INIT_SERVICE in its environment says. One
/// object keeps its /proc/self/task/<tid>/children open, so that the usual answer (no adopted child
/// at all) costs one system call. Made and used in the thread that forks (the loop).
class StrayFinder {
 public:
  StrayFinder();
  ~StrayFinder();
  StrayFinder(const StrayFinder&) = delete;
  StrayFinder& operator=(const StrayFinder&) = delete;

  struct Stray {
    pid_t pid = 0;
    std::string service;  ///< empty: it carries no marker
  };
  /// Those that are no main process of a run. Nothing is reaped while it compares: what has just
  /// ended would else pass for a stray.
  [[nodiscard]] std::vector<Stray> find(Children& runs) const;

 private:
  [[nodiscard]] std::vector<pid_t> children() const;
  int fd_ = -1;
};

}  // namespace my_init::os
