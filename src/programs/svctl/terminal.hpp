#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace my_init::svctl {

enum class Colour : std::uint8_t { none, green, yellow, red, dim, bold };

/// Whether standard output is a terminal and NO_COLOR is not set (https://no-color.org).
[[nodiscard]] bool has_colours();
/// The number of ECMA-48's SGR; empty for none.
[[nodiscard]] std::string_view code_of(Colour colour);
/// The text in a colour when there are colours.
[[nodiscard]] std::string coloured(std::string_view text, Colour colour);

/// Of a state or a health, the same in all commands.
[[nodiscard]] Colour colour_of(std::string_view word);

/// Columns as wide as their widest cell; what a terminal has no room for at the right is cut off.
class Table {
 public:
  explicit Table(std::vector<std::string> titles) { rows_.push_back({std::move(titles), {}}); }
  void add(std::vector<std::string> cells, std::vector<Colour> colours = {}) {
    rows_.push_back({std::move(cells), std::move(colours)});
  }
  /// With a newline after each row.
  [[nodiscard]] std::string text() const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::vector<Colour> colours;  ///< of the first cells
  };
  std::vector<Row> rows_;
};

void print(std::string_view text);
void complain(std::string_view text);  ///< "svctl: TEXT" on standard error

/// "4s", "12m", "3h", "5d": the two largest units at most.
[[nodiscard]] std::string short_time(std::int64_t milliseconds);
/// "812k", "15.2M".
[[nodiscard]] std::string short_size(std::uint64_t bytes);

}  // namespace my_init::svctl
