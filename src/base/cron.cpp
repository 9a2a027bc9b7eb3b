#include "my_init/base/cron.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace my_init {
namespace {

using namespace std::chrono;

constexpr std::string_view kBlanks = " \t";

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};

/// `*` is first to last; a number may be up to highest. The first of the names is worth `first`.
struct Field {
  std::string_view name;
  unsigned first;
  unsigned last;
  unsigned highest;
  std::span<const std::string_view> names;
};

constexpr std::array<Field, 5> kFields{{{"minute", 0, 59, 59, {}},
                                        {"hour", 0, 23, 23, {}},
                                        {"day of month", 1, 31, 31, {}},
                                        {"month", 1, 12, 12, kMonths},
                                        {"day of week", 0, 6, 7, kWeekdays}}};

struct Nickname {
  std::string_view name;
  std::string_view fields;
};

constexpr std::array<Nickname, 7> kNicknames{{{"@yearly", "0 0 1 1 *"},
                                              {"@annually", "0 0 1 1 *"},
                                              {"@monthly", "0 0 1 * *"},
                                              {"@weekly", "0 0 * * 0"},
                                              {"@daily", "0 0 * * *"},
                                              {"@midnight", "0 0 * * *"},
                                              {"@hourly", "0 * * * *"}}};

/// ASCII only, whatever the locale.
char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same_name(std::string_view given, std::string_view name) {
  return std::ranges::equal(given, name, {}, lower);
}

/// What stands before the first `separator`, or all of the text, and what stands behind it if it is
/// there.
std::pair<std::string_view, std::optional<std::string_view>> split(std::string_view text,
                                                                   char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::optional<unsigned> number(std::string_view text, unsigned lowest, unsigned highest) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < lowest || value > highest) return {};
  return value;
}

Result<unsigned> parse_value(const Field& field, std::string_view text) {
  const auto found = std::ranges::find_if(
      field.names, [text](std::string_view name) { return same_name(text, name); });
  if (found != field.names.end())
    return field.first + static_cast<unsigned>(found - field.names.begin());
  if (const auto value = number(text, field.first, field.highest)) return *value;
  const std::string names =
      field.names.empty()
          ? std::string()
          : fmt::format(" or a name from {} to {}", field.names.front(), field.names.back());
  return failure(fmt::format("{} '{}' is not a number from {} to {}{}", field.name, text,
                             field.first, field.highest, names));
}

struct Range {
  unsigned first;
  unsigned last;
};

Result<Range> parse_range(const Field& field, std::string_view text) {
  if (text == "*") return Range{field.first, field.last};
  const auto [from, to] = split(text, '-');
  const Result<unsigned> first = parse_value(field, from);
  if (!first) return std::unexpected(first.error());
  if (!to) return Range{*first, *first};
  Result<unsigned> last = parse_value(field, *to);
  if (!last) return std::unexpected(last.error());
  const bool to_sunday = field.highest != field.last && *first > 0 && *last == 0;  // fri-sun
  if (to_sunday) last = field.highest;
  if (*first <= *last) return Range{*first, *last};
  return failure(fmt::format("{} '{}' runs backwards, write '{}-{},{}-{}'", field.name, text,
                             *first, field.highest, field.first, *last));
}

/// The numbers of one part of a list, as bits.
Result<std::uint64_t> parse_part(const Field& field, std::string_view text) {
  const auto [range_text, step_text] = split(text, '/');
  const Result<Range> range = parse_range(field, range_text);
  if (!range) return std::unexpected(range.error());
  unsigned step = 1;
  if (step_text) {
    const unsigned longest = field.last - field.first + 1;
    if (range_text.find_first_of("*-") == std::string_view::npos)
      return failure(fmt::format("{} '{}' has a step without a range, write '{}-{}/{}'", field.name,
                                 text, range_text, field.last, *step_text));
    const std::optional<unsigned> given = number(*step_text, 1, longest);
    if (!given)
      return failure(
          fmt::format("{} '{}': its step is not a number from 1 to {}", field.name, text, longest));
    step = *given;
  }
  std::uint64_t bits = 0;
  for (unsigned value = range->first; value <= range->last; value += step) bits |= 1ULL << value;
  return bits;
}

Result<std::uint64_t> parse_field(const Field& field, std::string_view text) {
  std::uint64_t bits = 0;
  std::optional<std::string_view> rest = text;
  while (rest) {
    const auto [part, others] = split(*rest, ',');
    const Result<std::uint64_t> more = parse_part(field, part);
    if (!more) return more;
    bits |= *more;
    rest = others;
  }
  return bits;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (;;) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return found;
    text.remove_prefix(begin);
    found.push_back(text.substr(0, text.find_first_of(kBlanks)));
    text.remove_prefix(found.back().size());
  }
}

/// The five fields of a text that may be a nickname.
Result<std::vector<std::string_view>> five_fields(std::string_view text) {
  std::vector<std::string_view> fields = words(text);
  if (fields.size() == 1 && fields[0].starts_with('@')) {
    const auto found = std::ranges::find(kNicknames, fields[0], &Nickname::name);
    if (found == kNicknames.end())
      return failure(
          "unknown nickname, known are @yearly, @annually, @monthly, @weekly, @daily, @midnight "
          "and @hourly");
    return words(found->fields);
  }
  if (fields.size() == kFields.size()) return fields;
  return failure(
      fmt::format("expected five fields (minute, hour, day of month, month, day of week) or a "
                  "nickname such as '@daily', found {} field{}",
                  fields.size(), fields.size() == 1 ? "" : "s"));
}

bool has(std::uint64_t bits, unsigned n) {
  return (bits >> n & 1U) != 0;
}

/// The lowest number of at least `from`, which is below 64.
std::optional<unsigned> lowest(std::uint64_t bits, unsigned from = 0) {
  const std::uint64_t rest = bits >> from;
  if (rest == 0) return {};
  return from + static_cast<unsigned>(std::countr_zero(rest));
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
  const auto bad = [text](std::string_view why) {
    return failure(fmt::format("cannot read schedule '{}': {}", text, why));
  };
  const auto fields = five_fields(text);
  if (!fields) return bad(fields.error().message);
  std::array<std::uint64_t, kFields.size()> bits{};
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    const Result<std::uint64_t> read = parse_field(kFields[i], (*fields)[i]);
    if (!read) return bad(read.error().message);
    bits[i] = *read;
  }
  constexpr std::uint64_t kSeven = 1U << 7;
  if ((bits[4] & kSeven) != 0) bits[4] = (bits[4] & ~kSeven) | 1;
  Cron cron;
  cron.minutes_ = bits[0];
  cron.hours_ = static_cast<std::uint32_t>(bits[1]);
  cron.days_ = static_cast<std::uint32_t>(bits[2]);
  cron.months_ = static_cast<std::uint16_t>(bits[3]);
  cron.weekdays_ = static_cast<std::uint8_t>(bits[4]);
  cron.either_day_ = !(*fields)[2].starts_with('*') && !(*fields)[4].starts_with('*');
  if (!cron.can_happen())
    return bad(fmt::format("it would never run, for none of its months has a day {}",
                           *lowest(cron.days_)));
  return cron;
}

bool Cron::every_hour() const {
  return hours_ == Cron().hours_;
}

/// When both kinds of day must match, one of them begins with `*`: then it has day 1, which every
/// month has, or Sunday, which every date falls on, 29 February once in 40 years at least.
bool Cron::can_happen() const {
  constexpr std::array<unsigned, 13> kLongest{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (either_day_) return true;
  for (unsigned month = 1; month < kLongest.size(); ++month)
    if (has(months_, month) && *lowest(days_) <= kLongest[month]) return true;
  return false;
}

bool Cron::matches(year_month_day date, weekday weekday) const {
  const bool by_date = has(days_, static_cast<unsigned>(date.day()));
  const bool by_weekday = has(weekdays_, weekday.c_encoding());
  return either_day_ ? by_date || by_weekday : by_date && by_weekday;
}

/// The first day of at least `day` that matches.
local_days Cron::day_from(local_days day) const {
  for (;;) {
    const year_month_day date(day);
    if (!has(months_, static_cast<unsigned>(date.month()))) {
      day = local_days((date.year() / date.month() + months(1)) / 1);
    } else if (matches(date, weekday(day))) {
      return day;
    } else {
      day += days(1);
    }
  }
}

LocalMinute Cron::next(LocalMinute after) const {
  const LocalMinute from = after + minutes(1);
  const local_days today = floor<days>(from);
  local_days day = day_from(today);
  const hh_mm_ss clock(day == today ? from - today : minutes(0));
  const auto hour_now = static_cast<unsigned>(clock.hours().count());
  std::optional<unsigned> hour = lowest(hours_, hour_now);
  std::optional<unsigned> minute = lowest(minutes_);
  if (hour == hour_now) {
    minute = lowest(minutes_, static_cast<unsigned>(clock.minutes().count()));
    if (!minute) hour = lowest(hours_, hour_now + 1);
  }
  if (!minute) minute = lowest(minutes_);
  if (!hour) {
    day = day_from(day + days(1));
    hour = lowest(hours_);
  }
  return day + hours(*hour) + minutes(*minute);
}

}  // namespace my_init
