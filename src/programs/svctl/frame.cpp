#include "frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "my_init/base/utf8.hpp"

namespace my_init::svctl {
namespace {

constexpr char kEscape = '\x1b';

/// Of a valid character of UTF-8.
std::uint32_t code_point(std::string_view character) {
  constexpr std::array<unsigned, 5> kFirstBits{0, 0x7f, 0x1f, 0x0f, 0x07};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  std::uint32_t value = byte(0) & kFirstBits.at(character.size());
  for (std::size_t i = 1; i < character.size(); ++i) value = (value << 6U) | (byte(i) & 0x3fU);
  return value;
}

using Ranges = std::array<std::pair<std::uint32_t, std::uint32_t>, 10>;

bool is_in(const Ranges& ranges, std::uint32_t point) {
  return std::ranges::any_of(
      ranges, [point](const auto& range) { return point >= range.first && point <= range.second; });
}

/// Roughly as East Asian Width (UAX #11) has it. A mistake costs the look of one line: the terminal
/// does not wrap.
std::size_t width_of(std::string_view character) {
  constexpr Ranges kCombining{{{0x300, 0x36f}, {0x200b, 0x200f}, {0xfe00, 0xfe0f}}};
  constexpr Ranges kWide{{{0x1100, 0x115f},
                          {0x2e80, 0xa4cf},
                          {0xac00, 0xd7a3},
                          {0xf900, 0xfaff},
                          {0xfe30, 0xfe6f},
                          {0xff00, 0xff60},
                          {0xffe0, 0xffe6},
                          {0x1f300, 0x1faff},
                          {0x20000, 0x3fffd}}};
  const std::uint32_t point = code_point(character);
  return point != 0 && is_in(kCombining, point) ? 0 : is_in(kWide, point) ? 2 : 1;
}

/// The next character of a printable text.
std::string_view first_of(std::string_view text) {
  return text.substr(0, std::max<std::size_t>(utf8_length(text), 1));
}

/// The length of the sequence that begins at the front: ESC [ ... final, else ESC and one more.
std::size_t sequence_length(std::string_view text) {
  if (text.size() < 2 || text[1] != '[') return std::min<std::size_t>(text.size(), 2);
  const auto final =
      std::ranges::find_if(text.substr(2), [](char c) { return c >= '@' && c <= '~'; });
  return std::min(text.size(), static_cast<std::size_t>(final - text.begin()) + 1);
}

/// What fits into `columns`, and how many it takes.
std::pair<std::string_view, std::size_t> head_of(std::string_view text, std::size_t columns) {
  std::size_t used = 0;
  std::size_t size = 0;
  while (size < text.size()) {
    const std::string_view character = first_of(text.substr(size));
    const std::size_t width = utf8_length(character) == 0 ? 1 : width_of(character);
    if (used + width > columns) break;
    used += width;
    size += character.size();
  }
  return {text.substr(0, size), used};
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr char kDelete = 127;
  std::string result;
  while (!text.empty()) {
    if (text.front() == kEscape) {
      text.remove_prefix(sequence_length(text));
      continue;
    }
    const std::size_t length = utf8_length(text);
    const std::string_view character = first_of(text);
    const bool is_control = (length == 1 && (text.front() < ' ' || text.front() == kDelete)) ||
                            (length == 2 && code_point(character) < 0xa0);
    result += length == 0 ? "\xEF\xBF\xBD" : is_control ? " " : character;
    text.remove_prefix(character.size());
  }
  return result;
}

std::size_t columns_of(std::string_view text) {
  return head_of(text, std::string::npos).second;
}

std::string fitted(std::string_view text, std::size_t columns) {
  const auto [head, used] = head_of(text, columns);
  return std::string(head) + std::string(columns - used, ' ');
}

std::string drawn(const Frame& frame, ScreenSize size, Paint paint) {
  std::string text = "\x1b[H";
  for (std::size_t i = 0; i < std::min(frame.size(), size.rows); ++i) {
    if (i > 0) text += "\r\n";
    const FrameLine& line = frame[i];
    // First, as after the last column it would take what stands there.
    text += line.is_selected ? "\x1b[K\x1b[7m" : "\x1b[K";
    std::size_t room = size.columns;
    for (const Span& span : line.spans) {
      const auto [head, used] = head_of(span.text, room);
      room -= used;
      const std::string_view code = code_of(span.colour);
      const bool is_painted = !code.empty() && !line.is_selected &&
                              (paint == Paint::coloured || span.colour == Colour::bold);
      text += is_painted ? fmt::format("\x1b[{}m{}\x1b[0m", code, head) : std::string(head);
    }
    // Of a selected line the inverse goes on to the edge.
    if (line.is_selected) text += std::string(room, ' ') + "\x1b[0m";
  }
  return frame.size() < size.rows ? text + "\r\n\x1b[J" : text;
}

}  // namespace my_init::svctl
