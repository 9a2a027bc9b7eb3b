#pragma once

#include <sys/types.h>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::os {

/// A descriptor that becomes readable when process `pid` has ended (pidfd_open(2)); it works for
/// processes that are not our children. ESRCH: there is none; ENOSYS before Linux 5.3.
[[nodiscard]] Result<UniqueFd> open_pidfd(pid_t pid);

}  // namespace my_init::os
