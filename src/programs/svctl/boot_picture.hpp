#pragma once

#include <string>

#include "boot.hpp"

namespace my_init::svctl {

/// The boot as an SVG document that explains itself: a bar for each service on a time axis, what it
/// waited for, and the critical chain.
[[nodiscard]] std::string boot_picture(const Boot& boot);

}  // namespace my_init::svctl
