#include "my_init/base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace my_init {
namespace {

using namespace std::chrono_literals;

/// Longer names first where one is the beginning of another.
constexpr std::array<std::pair<std::string_view, Duration>, 6> kUnits{
    {{"ms", 1ms}, {"us", 1us}, {"ns", 1ns}, {"h", 1h}, {"m", 1min}, {"s", 1s}}};

constexpr std::int64_t kMaximum = std::numeric_limits<std::int64_t>::max();

constexpr std::string_view kTooLong = "it is too long";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& rest) {
  std::size_t length = 0;
  while (length < rest.size() && is_digit(rest[length])) ++length;
  const std::string_view digits = rest.substr(0, length);
  rest.remove_prefix(length);
  return digits;
}

std::unexpected<Error> bad(std::string_view text, std::string_view why) {
  return failure(fmt::format("cannot read duration '{}': {}", text, why));
}

/// The unit that `rest` begins with, removed from it; zero when there is none.
Duration take_unit(std::string_view& rest) {
  for (const auto& [name, length] : kUnits) {
    if (!rest.starts_with(name)) continue;
    rest.remove_prefix(name.size());
    return length;
  }
  return Duration::zero();
}

/// The part of `unit` that the digits behind a decimal point stand for; what is below a nanosecond
/// is cut off. From the last digit to the first, so that the cut happens once and nothing
/// overflows.
std::int64_t fraction_of(Duration unit, std::string_view digits) {
  std::int64_t sum = 0;
  for (std::size_t i = digits.size(); i > 0; --i) {
    sum = (unit.count() * (digits[i - 1] - '0') + sum) / 10;
  }
  return sum;
}

/// The digits as a number; nothing when it does not fit.
std::optional<std::int64_t> whole(std::string_view digits) {
  std::int64_t number = 0;
  for (const char digit : digits) {
    const std::int64_t value = digit - '0';
    if (number > (kMaximum - value) / 10) return {};
    number = number * 10 + value;
  }
  return number;
}

/// `nanoseconds` as a decimal number of `unit`: "2.5".
std::string decimal(std::int64_t nanoseconds, std::int64_t unit) {
  std::string text = fmt::format("{}", nanoseconds / unit);
  std::int64_t rest = nanoseconds % unit;
  if (rest != 0) text += '.';
  while (rest != 0) {
    unit /= 10;
    text += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return text;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  constexpr std::string_view kExpected =
      "expected numbers with units, such as '10s', '500ms' or '1m30s'";
  if (text == "0") return Duration::zero();
  if (text.empty()) return bad(text, kExpected);
  if (text[0] == '-') return bad(text, "it must not be negative");
  std::int64_t total = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view digits = take_digits(rest);
    std::string_view decimals;
    if (rest.starts_with('.')) {
      rest.remove_prefix(1);
      decimals = take_digits(rest);
    }
    if (digits.empty() && decimals.empty()) return bad(text, kExpected);
    if (rest.empty()) return bad(text, "a unit is missing: h, m, s, ms, us or ns");
    const Duration unit = take_unit(rest);
    if (unit == Duration::zero())
      return bad(text, "unknown unit, known are h, m, s, ms, us and ns");
    const std::optional<std::int64_t> number = whole(digits);
    if (!number || *number > kMaximum / unit.count()) return bad(text, kTooLong);
    for (const std::int64_t part : {*number * unit.count(), fraction_of(unit, decimals)}) {
      if (part > kMaximum - total) return bad(text, kTooLong);
      total += part;
    }
  }
  return Duration(total);
}

std::string format_duration(Duration duration) {
  constexpr std::int64_t kSecond = Duration(1s).count();
  if (duration == Duration::min())
    return "-2562047h47m16.854775808s";  // has no positive counterpart
  if (duration < Duration::zero()) return "-" + format_duration(-duration);
  if (duration == Duration::zero()) return "0s";
  const std::int64_t all = duration.count();
  if (all < 1'000) return decimal(all, 1) + "ns";
  if (all < 1'000'000) return decimal(all, 1'000) + "us";
  if (all < kSecond) return decimal(all, 1'000'000) + "ms";
  std::string text;
  const std::int64_t minutes = all / (60 * kSecond);
  if (minutes >= 60) text += fmt::format("{}h", minutes / 60);
  if (minutes % 60 != 0) text += fmt::format("{}m", minutes % 60);
  if (all % (60 * kSecond) != 0) text += decimal(all % (60 * kSecond), kSecond) + "s";
  return text;
}

}  // namespace my_init
