#pragma once

#include <string>

#include "my_init/base/result.hpp"

namespace my_init::config {

/// Whether `pattern` is an extended regular expression, regex(7), that the C library compiles
/// within reasonable memory; the error has regcomp(3)'s words.
[[nodiscard]] Result<void> check_pattern(const std::string& pattern);

}  // namespace my_init::config
