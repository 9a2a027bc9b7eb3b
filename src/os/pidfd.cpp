#include "my_init/os/pidfd.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace my_init::os {

Result<UniqueFd> open_pidfd(pid_t pid) {
  // Not <sys/pidfd.h>: in glibc 2.36 it lacks extern "C". The kernel sets close-on-exec itself.
  UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
  if (!fd) return system_failure("watch process " + std::to_string(pid), errno);
  return fd;
}

}  // namespace my_init::os
