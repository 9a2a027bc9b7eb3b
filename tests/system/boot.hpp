#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "my_init/base/result.hpp"
#include "my_init/base/time.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::test {

/// Who is PID 1 of the namespace: the program, or a small init of ours whose child the program is.
enum class Place { pid_one, child_of_other_init };

using Words = std::vector<std::string>;

/// The my_init under test: $MY_INIT_BINARY, else the one of this build.
[[nodiscard]] std::string my_init_path();

/// What /sys/fs/cgroup is inside: the machine's, or BootPlan::cgroup.
enum class CgroupMount { of_machine, writable, read_only };

/// A file or directory of the test, mounted over one of the machine inside the namespace.
struct Bind {
  std::string from;
  std::string onto;
};

struct BootPlan {
  Words command;              ///< program (absolute path) and its arguments
  Words environment;          ///< NAME=VALUE, the whole of it
  std::vector<Bind> binds;    ///< mounted in this order
  std::vector<Words> beside;  ///< started before the program, as children of PID 1
  Place place = Place::pid_one;
  int cgroup = -1;  ///< directory (version 2) that the namespace lives in; -1: that of the test
  CgroupMount cgroup_mount = CgroupMount::of_machine;
  bool terminal = false;  ///< standard_input is to be the controlling terminal
  int standard_input = -1;
  int standard_output = -1;
  int standard_error = -1;
};

/// A booted namespace. It dies with `leader`, and that with this process.
struct Booted {
  pid_t leader = -1;  ///< PID 1 as we see it; our child
  pid_t program = 1;  ///< the program, as the namespace numbers it
  TimePoint exec_at;  ///< when the program was executed
  UniqueFd report;  ///< child_of_other_init: the program's wait status as an int, when it has ended
  UniqueFd hold;    ///< child_of_other_init: keeps PID 1 alive after that
};

/// Makes new PID, mount and IPC namespaces (as an ordinary user in a new user namespace, as its
/// root) and returns when the program and everything beside it have been executed.
[[nodiscard]] Result<Booted> boot(const BootPlan& plan);

/// Runs a command inside, as `docker exec` does: not a child of PID 1. Returns our own child, which
/// ends with it, with its exit code.
[[nodiscard]] pid_t enter(pid_t leader, const Words& command, const Words& environment);

}  // namespace my_init::test
