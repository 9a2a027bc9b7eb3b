#pragma once

#include <cstddef>

#include "my_init/base/probe_target.hpp"
#include "my_init/base/result.hpp"

namespace my_init::app {

/// What a server may say before the end of its header.
inline constexpr std::size_t kHttpHeaderLimit = std::size_t{64} * 1024;

/// Asks for the page over a connected socket and reads the answer to the end of its header; a 1xx
/// that announces another answer (100, 103) is passed over. Blocks until the server has answered.
[[nodiscard]] Result<unsigned> ask_for_status(int connection, const HttpTarget& target);

}  // namespace my_init::app
