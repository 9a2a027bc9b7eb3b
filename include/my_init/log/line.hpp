#pragma once

#include <chrono>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "my_init/base/log_level.hpp"
#include "my_init/log/captured.hpp"
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

/// A line of ours before it has its form.
struct OwnMessage {
  WallTime time;
  LogLevel level = LogLevel::info;
  std::string_view content;  ///< line_content() for the style's format
};

/// The newest output of a service.
struct LastOutput {
  std::string_view service;
  std::span<const RingLine> lines;
};

/// whole_line(), and the output's lines with it as OwnLog::write_with_last_lines says. Long ones
/// are cut.
[[nodiscard]] std::string line_with_last_lines(const LineStyle& style, const OwnMessage& message,
                                               const LastOutput& output);

}  // namespace my_init::log
