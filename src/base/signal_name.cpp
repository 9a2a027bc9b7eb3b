#include "my_init/base/signal_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <utility>

namespace my_init {
namespace {

constexpr int kLastSignal = 64;

/// Second names that sigabbrev_np(3) does not give.
constexpr std::array<std::pair<std::string_view, int>, 3> kAliases{
    {{"CLD", SIGCHLD}, {"IO", SIGIO}, {"IOT", SIGABRT}}};

char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// The whole of `text` as a decimal number; no sign, no blanks.
std::optional<int> decimal(std::string_view text) {
  int value = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || text[0] == '-') return {};
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || rest != end) return {};
  return value;
}

/// `base` and what follows it: "", "+3", "-1".
std::optional<int> offset_from(int base, std::string_view offset) {
  if (offset.empty()) return base;
  const auto distance = decimal(offset.substr(1));
  if (!distance || *distance > kLastSignal) return {};
  int number = 0;
  if (offset[0] == '+') {
    number = base + *distance;
  } else if (offset[0] == '-') {
    number = base - *distance;
  } else {
    return {};
  }
  if (number < SIGRTMIN || number > SIGRTMAX) return {};
  return number;
}

}  // namespace

std::optional<int> signal_number(std::string_view name) {
  if (const auto number = decimal(name)) {
    if (*number < 1 || *number > kLastSignal) return {};
    return number;
  }
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(), to_upper);
  std::string_view word = upper;
  if (word.starts_with("SIG")) word.remove_prefix(3);
  if (word.starts_with("RTMIN")) return offset_from(SIGRTMIN, word.substr(5));
  if (word.starts_with("RTMAX")) return offset_from(SIGRTMAX, word.substr(5));
  for (const auto& [alias, number] : kAliases) {
    if (word == alias) return number;
  }
  for (int number = 1; number < SIGRTMIN; ++number) {
    const char* known = ::sigabbrev_np(number);
    if (known != nullptr && word == known) return number;
  }
  return {};
}

std::string signal_name(int number) {
  if (number == SIGRTMIN) return "SIGRTMIN";
  if (number > SIGRTMIN && number <= SIGRTMAX) return fmt::format("SIGRTMIN+{}", number - SIGRTMIN);
  const char* known = ::sigabbrev_np(number);
  return known != nullptr ? fmt::format("SIG{}", known) : fmt::format("signal {}", number);
}

}  // namespace my_init
