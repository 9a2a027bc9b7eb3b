#pragma once

#include <cstdint>

namespace my_init::os {

/// The capabilities that this process and its children can have at all, one bit for each number.
/// One system call for each: ask once.
[[nodiscard]] std::uint64_t bounding_capabilities();

/// Those that this process holds: its permitted set.
[[nodiscard]] std::uint64_t permitted_capabilities();

}  // namespace my_init::os
