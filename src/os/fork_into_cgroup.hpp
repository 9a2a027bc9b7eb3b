#pragma once

#include <sys/types.h>

namespace my_init::os {

/// fork(2) whose child lives in the cgroup of `directory` from its first moment, and makes nothing
/// but system calls. To move a process there later waits for an RCU grace period, 7 ms and more.
/// -1 with errno when there was no child: Linux before 5.7, a seccomp filter, or that cgroup.
[[nodiscard]] pid_t fork_into_cgroup(const char* directory);

}  // namespace my_init::os
