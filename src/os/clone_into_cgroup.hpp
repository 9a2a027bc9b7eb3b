#pragma once

#include <sys/types.h>

#include <cstddef>

namespace my_init::os {

/// What a child that shares our memory runs, on a stack of its own; it never returns from `body`.
struct OnOwnStack {
  std::byte* stack = nullptr;  ///< its lowest byte
  std::size_t size = 0;        ///< a multiple of 16
  int (*body)(void* argument) = nullptr;
  void* argument = nullptr;
};

/// fork(2) whose child lives in the cgroup of `directory` from its first moment, and makes nothing
/// but system calls. To move a process there later waits for an RCU grace period, 7 ms and more,
/// and lets nobody fork meanwhile.
/// -1 with errno when there was no child: Linux before 5.7, a seccomp filter, or that cgroup.
[[nodiscard]] pid_t fork_into_cgroup(const char* directory);

/// The same with clone(2)'s CLONE_VM: a quarter of the cost. Where kernel calls are bare
/// (kernel_call.hpp); elsewhere ENOSYS.
[[nodiscard]] pid_t clone_into_cgroup(const char* directory, const OnOwnStack& child);

}  // namespace my_init::os
