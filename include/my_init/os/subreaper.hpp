#pragma once

#include "my_init/base/result.hpp"

namespace my_init::os {

/// Makes this process the new parent of orphaned descendants, as PID 1 is by itself.
[[nodiscard]] Result<void> become_subreaper();

}  // namespace my_init::os
