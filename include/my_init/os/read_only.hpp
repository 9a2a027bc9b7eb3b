#pragma once

#include <string>

namespace my_init::os {

/// Whether `path`, which is absolute, is on a file system that is mounted read-only; of a path that
/// does not exist: whether it would be. False when the kernel does not tell.
[[nodiscard]] bool is_read_only(const std::string& path);

}  // namespace my_init::os
