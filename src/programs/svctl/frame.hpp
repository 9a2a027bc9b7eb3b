#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "terminal.hpp"

namespace my_init::svctl {

/// A piece of a line in one colour.
struct Span {
  std::string text;
  Colour colour = Colour::none;
};

struct FrameLine {
  std::vector<Span> spans;
  bool is_selected = false;
};

/// What stands on a screen, a line each.
using Frame = std::vector<FrameLine>;

struct ScreenSize {
  std::size_t rows = 24;
  std::size_t columns = 80;

  friend bool operator==(const ScreenSize&, const ScreenSize&) = default;
};

/// The text as it may be shown: what a program wrote to move the cursor or to set colours is left
/// out, other control characters are blanks, bytes that are no UTF-8 are U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

/// How many columns a printable text takes: two for wide characters, none for combining ones.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// A printable text in just so many columns: cut off, or with blanks at its right.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns);

enum class Paint : std::uint8_t { plain, coloured };

/// All of a screen for one write(2): each line from the upper left corner on, and nothing below the
/// last. What there is no room for is cut off.
[[nodiscard]] std::string drawn(const Frame& frame, ScreenSize size, Paint paint);

}  // namespace my_init::svctl
