#pragma once

#include <cstddef>
#include <optional>

#include "my_init/os/spawn.hpp"

namespace my_init::os {

/// Makes room for `wanted` open descriptors of this process: raises the soft limit as far as the
/// hard one allows (getrlimit(2)). What it was before, for the programs that we start: some are
/// slow, or fail, under a limit that they do not expect. Nothing when it was enough.
[[nodiscard]] std::optional<ResourceLimit> make_room_for_descriptors(std::size_t wanted);

}  // namespace my_init::os
