#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "top_view.hpp"

namespace my_init::svctl {
namespace {

constexpr std::size_t kStateWidth = 10;
constexpr std::size_t kHealthWidth = 10;
constexpr std::size_t kNumberWidth = 9;  ///< of each of the columns of numbers
constexpr std::size_t kLongestName = 30;

std::string percent_text(const std::optional<double>& percent) {
  return percent ? fmt::format("{:.1f}", *percent) : "-";
}

std::string size_text(const std::optional<std::uint64_t>& bytes) {
  return bytes ? short_size(*bytes) : "-";
}

/// At the right of its column.
std::string number(std::string_view text) {
  return fmt::format("{:>{}} ", text, kNumberWidth - 1);
}

std::string upper(std::string_view word) {
  std::string text(word);
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return text;
}

/// In the middle of the screen what is at the left comes first.
FrameLine with_right_part(FrameLine line, const std::string& right, std::size_t columns) {
  std::size_t used = 0;
  for (const Span& span : line.spans) used += columns_of(span.text);
  const std::size_t wanted = columns_of(right);
  const std::size_t gap = columns > used + wanted ? columns - used - wanted : 2;
  line.spans.push_back({std::string(gap, ' ') + right});
  return line;
}

}  // namespace

FrameLine TopView::head_line() const {
  FrameLine line;
  line.spans.push_back({"my_init " + totals_.version, Colour::bold});
  line.spans.push_back({fmt::format("  up {}  ", short_time(totals_.up_ms))});
  line.spans.push_back({totals_.stage, totals_.stage == "running" ? Colour::none : Colour::yellow});
  if (totals_.health != "none") {
    line.spans.push_back({"  "});
    line.spans.push_back({totals_.health, colour_of(totals_.health)});
  }
  const std::string used =
      fmt::format("cpu {}%  memory {}", percent_text(totals_.cpu), size_text(totals_.memory));
  return with_right_part(std::move(line), used, size_.columns);
}

FrameLine TopView::count_line() const {
  std::map<std::string_view, std::size_t> counts;
  for (const TopRow& row : rows_) ++counts[row.state];
  FrameLine line{{{fmt::format("{} services", rows_.size())}}};
  for (const auto& [state, count] : counts) {
    line.spans.push_back({line.spans.size() == 1 ? ": " : ", "});
    line.spans.push_back({fmt::format("{} {}", count, state), colour_of(state)});
  }
  if (totals_.strays > 0)
    line.spans.push_back({fmt::format("; {} stray processes", totals_.strays), Colour::yellow});
  if (!filter_.empty()) line.spans.push_back({fmt::format("; only those with '{}'", filter_)});
  return line;
}

FrameLine TopView::title_line(std::size_t name_width) const {
  const auto title = [this](SortBy column) {
    const std::string unit = column == SortBy::cpu ? "%" : "";
    return upper(word_of(column)) + unit + (column == order_ ? "*" : "");
  };
  std::string text = "  " + fitted(title(SortBy::name), name_width) +
                     fitted(title(SortBy::state), kStateWidth) + fitted("HEALTH", kHealthWidth);
  for (const auto& words :
       {title(SortBy::cpu), title(SortBy::memory), title(SortBy::restarts), title(SortBy::since)})
    text += number(words);
  return {{{text + "LAST LINE", Colour::bold}}};
}

FrameLine TopView::row_line(const TopRow& row, std::size_t name_width) const {
  const bool is_selected = row.name == selected_;
  const auto last = last_lines_.find(row.name);
  const std::string health = row.health == "none" ? "-" : row.health;
  FrameLine line{{}, is_selected};
  line.spans.push_back({(is_selected ? "> " : "  ") + fitted(printable(row.name), name_width)});
  line.spans.push_back({fitted(row.state, kStateWidth), colour_of(row.state)});
  line.spans.push_back({fitted(health, kHealthWidth), colour_of(row.health)});
  line.spans.push_back({number(percent_text(row.cpu)) + number(size_text(row.memory)) +
                        number(fmt::format("{}", row.restarts)) +
                        number(short_time(row.since_ms))});
  if (last != last_lines_.end()) line.spans.push_back({printable(last->second), Colour::dim});
  return line;
}

FrameLine TopView::foot_line() const {
  if (mode_ == Mode::filter)
    return {{{fmt::format("/{}_", printable(filter_)), Colour::bold},
             {"  Enter keeps the filter, Escape drops it"}}};
  if (!trouble_.empty()) return {{{trouble_, Colour::red}}};
  if (!notice_.empty()) return {{{notice_, Colour::bold}}};
  return {
      {{fmt::format("q quit  r restart  s stop  S start  l logs  o order ({})  / filter  ? help",
                    word_of(order_)),
        Colour::dim}}};
}

Frame TopView::list_frame() const {
  const auto rows = shown();
  std::size_t name_width = 6;
  for (const TopRow* const row : rows)
    name_width = std::max(name_width, columns_of(printable(row->name)));
  name_width = std::min(name_width, kLongestName) + 2;
  Frame frame{head_line(), count_line(), title_line(name_width)};
  const std::size_t end = std::min(rows.size(), first_ + page());
  for (std::size_t i = first_; i < end; ++i) frame.push_back(row_line(*rows[i], name_width));
  if (rows.empty())
    frame.push_back({{{rows_.empty() ? "  no services" : "  no service has that in its name"}}});
  return frame;
}

Frame TopView::log_frame() const {
  Frame frame{{{{fmt::format("what {} writes", printable(selected_)), Colour::bold}}}};
  const std::size_t window = size_.rows > 2 ? size_.rows - 2 : 1;
  const std::size_t end = log_.size() - std::min(log_back_, log_.size());
  for (std::size_t i = end > window ? end - window : 0; i < end; ++i)
    frame.push_back({{{printable(log_[i])}}});
  return frame;
}

Frame TopView::help_frame() {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kKeys{{
      {"up k, down j", "the service above, below"},
      {"PgUp, PgDn, Home, End", "further"},
      {"r", "restart it"},
      {"s", "stop it"},
      {"S", "start it"},
      {"l", "follow what it writes; q goes back"},
      {"o", "another order: name, state, cpu, memory, restarts, since"},
      {"/", "show only names with some text in them; Escape shows all"},
      {"?", "this help"},
      {"q, ^C", "end"},
      {"", ""},
      {"CPU%", "of one processor, within the last second or two"},
      {"MEMORY", "of the service's cgroup, else of its processes"},
      {"*", "behind the title of the column that gives the order"},
  }};
  Frame frame{{{{"Keys", Colour::bold}}}};
  for (const auto& [keys, what] : kKeys)
    frame.push_back({{{fmt::format("  {:<22} {}", keys, what)}}});
  return frame;
}

/// As many lines as the screen has; the last one is that of the keys.
Frame TopView::frame() const {
  Frame frame = mode_ == Mode::help   ? help_frame()
                : mode_ == Mode::logs ? log_frame()
                                      : list_frame();
  if (size_.rows == 0) return {};
  frame.resize(size_.rows - 1);
  if (mode_ == Mode::logs)
    frame.push_back({{{"q back  up down PgUp PgDn Home End", Colour::dim}}});
  else if (mode_ == Mode::help)
    frame.push_back({{{"any key goes back", Colour::dim}}});
  else
    frame.push_back(foot_line());
  return frame;
}

}  // namespace my_init::svctl
