#include "terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace my_init::svctl {
namespace {

std::size_t columns_of_terminal() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return std::string::npos;
}

}  // namespace

bool has_colours() {
  const char* const unwanted = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (unwanted == nullptr || *unwanted == '\0');
}

std::string_view code_of(Colour colour) {
  constexpr std::array<std::string_view, 6> kCodes{"", "32", "33", "31", "2", "1"};
  return kCodes.at(static_cast<std::size_t>(colour));
}

std::string coloured(std::string_view text, Colour colour) {
  static const bool wanted = has_colours();
  if (!wanted || colour == Colour::none || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(colour), text);
}

Colour colour_of(std::string_view word) {
  if (word == "running" || word == "healthy" || word == "completed") return Colour::green;
  if (word == "failed" || word == "unhealthy" || word == "backoff") return Colour::red;
  if (word == "stopped" || word == "disabled" || word == "skipped") return Colour::dim;
  if (word == "starting" || word == "stopping" || word == "waiting") return Colour::yellow;
  return Colour::none;
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const Row& row : rows_) {
    widths.resize(std::max(widths.size(), row.cells.size()));
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      widths[i] = std::max(widths[i], row.cells[i].size());
  }
  const std::size_t room = columns_of_terminal();
  std::string text;
  for (const Row& row : rows_) {
    std::size_t used = 0;
    std::string line;
    for (std::size_t i = 0; i < row.cells.size() && used < room; ++i) {
      const bool is_last = i + 1 == row.cells.size();
      const std::string_view shown = std::string_view(row.cells[i]).substr(0, room - used);
      const Colour colour = &row == &rows_.front()   ? Colour::bold
                            : i < row.colours.size() ? row.colours[i]
                                                     : Colour::none;
      line += coloured(shown, colour);
      if (!is_last) line.append(widths[i] + 2 - shown.size(), ' ');
      used += widths[i] + 2;
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void complain(std::string_view text) {
  std::fflush(stdout);
  const std::string line = fmt::format("svctl: {}\n", text);
  std::fputs(line.c_str(), stderr);
}

std::string short_time(std::int64_t milliseconds) {
  const std::int64_t seconds = std::max<std::int64_t>(milliseconds, 0) / 1000;
  constexpr std::array<std::pair<std::int64_t, char>, 4> kUnits{
      {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}}};
  for (std::size_t i = 0; i + 1 < kUnits.size(); ++i) {
    const auto [length, unit] = kUnits.at(i);
    const auto [next_length, next_unit] = kUnits.at(i + 1);
    if (seconds < length) continue;
    const std::int64_t rest = seconds % length / next_length;
    return rest == 0 ? fmt::format("{}{}", seconds / length, unit)
                     : fmt::format("{}{}{}{}", seconds / length, unit, rest, next_unit);
  }
  return fmt::format("{}s", seconds);
}

std::string short_size(std::uint64_t bytes) {
  constexpr std::array<char, 4> kUnits{'k', 'M', 'G', 'T'};
  double size = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (size >= 1000 && unit + 1 < kUnits.size()) {
    size /= 1024;
    ++unit;
  }
  return size < 10 && unit > 0 ? fmt::format("{:.1f}{}", size, kUnits.at(unit))
                               : fmt::format("{:.0f}{}", size, kUnits.at(unit));
}

}  // namespace my_init::svctl
