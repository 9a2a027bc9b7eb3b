#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include "my_init/base/log_level.hpp"
#include "my_init/log/own_log.hpp"

namespace my_init::log {

/// How a line of ours is written.
struct LineStyle {
  LogFormat format = LogFormat::text;
  bool timestamps = false;  ///< text only; JSON always has the time

  friend bool operator==(const LineStyle&, const LineStyle&) = default;
};

using WallTime = std::chrono::system_clock::time_point;

/// "2026-01-31T23:59:59.000001Z".
[[nodiscard]] std::string rfc3339(WallTime time);

/// What a message says, without when and how important: for text the message on one line (control
/// characters as \n or \x1b), for JSON its members from "event" on.
[[nodiscard]] std::string line_content(LogFormat format, std::string_view event,
                                       std::string_view message,
                                       std::initializer_list<Field> fields);

/// The whole line with its end, around what line_content made for the same format.
[[nodiscard]] std::string whole_line(const LineStyle& style, WallTime time, LogLevel level,
                                     std::string_view content);

}  // namespace my_init::log
