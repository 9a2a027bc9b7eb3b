#include "my_init/base/size.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <utility>

namespace my_init {
namespace {

constexpr std::array<std::pair<std::string_view, unsigned>, 8> kUnits{
    {{"", 0}, {"b", 0}, {"k", 10}, {"kb", 10}, {"m", 20}, {"mb", 20}, {"g", 30}, {"gb", 30}}};

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::unexpected<Error> too_large(std::string_view text) {
  return failure(fmt::format("cannot read size '{}': it is too large", text));
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc::result_out_of_range) return too_large(text);
  if (problem != std::errc{}) {
    return failure(fmt::format(
        "cannot read size '{}': expected a whole number and a unit, such as '64k' or '10m'", text));
  }
  std::string unit;
  for (const char* c = rest; c != text.data() + text.size(); ++c) unit += to_lower(*c);
  for (const auto& [name, shift] : kUnits) {
    if (name != unit) continue;
    if (number > (std::numeric_limits<std::uint64_t>::max() >> shift)) return too_large(text);
    return number << shift;
  }
  return failure(
      fmt::format("cannot read size '{}': unknown unit '{}', known are b, k, m and g", text, unit));
}

}  // namespace my_init
