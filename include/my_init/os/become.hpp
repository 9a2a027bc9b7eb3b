#pragma once

#include "my_init/base/account.hpp"
#include "my_init/base/result.hpp"

namespace my_init::os {

/// Makes this process run as exactly these ids and groups, for good: real, effective and saved
/// ones. Whoever has these ids already but may not choose groups keeps the groups that it has. On
/// an error some of it may be done: the caller must not go on. For programs of one thread.
[[nodiscard]] Result<void> become(const Identity& identity);

}  // namespace my_init::os
