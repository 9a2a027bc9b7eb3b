#include "my_init/config/pattern_check.hpp"

#include <fmt/format.h>
#include <regex.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "my_init/config/quote.hpp"

namespace my_init::config {
namespace {

/// regcomp(3) recurses once for each bracket that is open.
constexpr std::size_t kLongest = 1000;

/// It also writes out what {m,n} repeats, in all of them that stand one in the other.
constexpr std::uint64_t kMostRepetitions = 10'000;

/// How often a part of the pattern is written out, at most: the largest number of each {m,n},
/// multiplied. Above kMostRepetitions it is not exact.
std::uint64_t repetitions(std::string_view pattern) {
  std::uint64_t product = 1;
  for (std::size_t at = pattern.find('{');
       at != std::string_view::npos && product <= kMostRepetitions;
       at = pattern.find('{', at + 1)) {
    std::uint64_t largest = 1;
    const char* next = pattern.data() + at;
    const char* const end = pattern.data() + pattern.size();
    do {
      std::uint64_t number = 0;
      const auto [rest, problem] = std::from_chars(next + 1, end, number);
      if (problem == std::errc::result_out_of_range) number = kMostRepetitions + 1;
      largest = std::max(largest, std::min(number, kMostRepetitions + 1));
      next = rest;
    } while (next != end && *next == ',');
    product *= largest;
  }
  return product;
}

}  // namespace

Result<void> check_pattern(const std::string& pattern) {
  const auto refuse = [&](std::string_view why) {
    return failure(fmt::format("cannot read regular expression {}: {}", quote(pattern), why));
  };
  if (pattern.size() > kLongest) return refuse(fmt::format("it has more than {} bytes", kLongest));
  if (repetitions(pattern) > kMostRepetitions) {
    return refuse(fmt::format("its {{m,n}} together repeat more than {} times", kMostRepetitions));
  }
  regex_t compiled;
  const int status = ::regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB);
  if (status == 0) {
    ::regfree(&compiled);
    return {};
  }
  std::array<char, 200> text{};
  ::regerror(status, &compiled, text.data(), text.size());
  return refuse(text.data());
}

}  // namespace my_init::config
