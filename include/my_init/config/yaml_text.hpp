#pragma once

#include <string>
#include <string_view>

#include "my_init/config/node.hpp"

namespace my_init::config {

/// A text as a YAML scalar on one line: as it is where that is safe, else in double quotes.
[[nodiscard]] std::string yaml_scalar(std::string_view text);

/// A value as it was after interpolation and merge, on one line: `[nginx, -g, "daemon off;"]`.
/// Each '$' is doubled, so that interpolation gives the same again.
[[nodiscard]] std::string yaml_flow(const Node& value);

}  // namespace my_init::config
