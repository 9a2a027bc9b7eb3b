#pragma once

#include <string>
#include <vector>

#include "my_init/base/result.hpp"

namespace my_init::app {

/// The names in a directory but "." and "..", in byte order.
[[nodiscard]] Result<std::vector<std::string>> names_in(const std::string& directory);

}  // namespace my_init::app
