#pragma once

#include <cstdint>
#include <string_view>

#include "my_init/base/result.hpp"

namespace my_init {

/// Reads a size of the Compose Specification in bytes: "64k", "10m", "1gb", "512b", "2048";
/// units are powers of 1024, in either case.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);

}  // namespace my_init
