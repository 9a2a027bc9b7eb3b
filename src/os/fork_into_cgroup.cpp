#include "fork_into_cgroup.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "my_init/base/unique_fd.hpp"

namespace my_init::os {

pid_t fork_into_cgroup(const char* directory) {
  const UniqueFd cgroup(::open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!cgroup) return -1;
  clone_args arguments{};
  arguments.flags = CLONE_INTO_CGROUP;
  arguments.exit_signal = SIGCHLD;
  arguments.cgroup = static_cast<__u64>(cgroup.get());
  // The library has no wrapper; what _Fork does beside the call concerns only its own threads.
  return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

}  // namespace my_init::os
