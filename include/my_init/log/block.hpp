#pragma once

#include <cstddef>
#include <string_view>

#include "my_init/log/captured.hpp"
#include "my_init/log/line.hpp"

namespace my_init::log {

/// Lines longer than this are split (G5).
inline constexpr std::size_t kMaxLine = 64U << 10U;

/// Whole lines that one read of a run's pipe has brought.
struct Block {
  std::string_view text;  ///< ends in a newline
  WallTime time;          ///< of the read
  RunId run{};
  Stream stream = Stream::out;
};

/// Lines and their bytes, newlines included.
struct Amount {
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;

  Amount& operator+=(const Amount& other) {
    lines += other.lines;
    bytes += other.bytes;
    return *this;
  }
  friend bool operator==(const Amount&, const Amount&) = default;
};

/// Number of newlines in `text`.
[[nodiscard]] std::size_t count_lines(std::string_view text);

[[nodiscard]] inline Amount amount_of(std::string_view text) {
  return {count_lines(text), text.size()};
}

/// The first line of `text` with its newline; all of it when it has none.
[[nodiscard]] inline std::string_view first_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  return text.substr(0, end == text.npos ? end : end + 1);
}

/// The longest beginning of `text` that is whole lines and at most `room` bytes.
[[nodiscard]] inline std::string_view whole_lines_within(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text;
  const std::size_t last = room == 0 ? text.npos : text.rfind('\n', room - 1);
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

}  // namespace my_init::log
