#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "my_init/base/result.hpp"

namespace my_init {

/// All lengths of time. Nanoseconds, so that no conversion rounds.
using Duration = std::chrono::nanoseconds;

/// Points on CLOCK_MONOTONIC; a step of the wall clock never moves one.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// Reads a duration of the Compose Specification: "500ms", "1m30s", "1h", "2.5s"; units h m s ms us
/// ns. A bare "0" is accepted. Errors say what would be right.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

/// The shortest exact text that parse_duration reads back: "1m30s", "200ms", "0s".
[[nodiscard]] std::string format_duration(Duration duration);

}  // namespace my_init
