#pragma once

#include <string>
#include <string_view>

#include "my_init/config/load.hpp"

namespace my_init::app {

/// HOME, USER, GROUP, UID, GID and SHELL: about whom a process runs as, not about the container, so
/// they are never written for others.
[[nodiscard]] bool is_personal(std::string_view name);

/// Lines `export NAME='value'` for a POSIX shell. Personal variables and names that a shell cannot
/// take, or refuses to be given (PPID), are left out.
[[nodiscard]] std::string shell_text(const config::Environment& environment);

/// One JSON object with every variable. Bytes that are not UTF-8 become \ufffd: JSON has no way to
/// say them.
[[nodiscard]] std::string json_text(const config::Environment& environment);

}  // namespace my_init::app
