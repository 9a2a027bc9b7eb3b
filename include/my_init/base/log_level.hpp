#pragma once

#include <cstdint>

namespace my_init {

/// How our own lines look: "*** text" or one JSON object a line.
enum class LogFormat : std::uint8_t { text, json };

/// Least important first; --quiet is Level::warning.
enum class LogLevel : std::uint8_t { debug, info, warning, error };

}  // namespace my_init
