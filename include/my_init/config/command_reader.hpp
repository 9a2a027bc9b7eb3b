#pragma once

#include <string_view>

#include "my_init/config/definition.hpp"
#include "my_init/config/node.hpp"
#include "my_init/config/report.hpp"

namespace my_init::config {

/// The argv of the command that the key `key` has: a list of words as they are, or a text that is
/// split into words. Empty after an error, which is reported; a text with a shell's characters is a
/// warning.
[[nodiscard]] Command read_argv(std::string_view key, const Node& value, Report& report);

}  // namespace my_init::config
