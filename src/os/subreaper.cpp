#include "my_init/os/subreaper.hpp"

#include <sys/prctl.h>

#include <cerrno>

namespace my_init::os {

Result<void> become_subreaper() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL) < 0)
    return system_failure("become the reaper of orphans", errno);
  return {};
}

}  // namespace my_init::os
