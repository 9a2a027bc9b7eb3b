#include "my_init/config/target_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "my_init/config/quote.hpp"

namespace my_init::config {
namespace {

int count_words(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  int words = 0;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (text.empty()) return words;
    text.remove_prefix(std::min(text.find_first_of(kBlanks), text.size()));
    ++words;
  }
}

}  // namespace

Result<void> check_tcp_target(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && colon > 0 && colon + 1 < text.size()) return {};
  return failure(fmt::format("cannot read address {}: it must be HOST:PORT", quote(text)));
}

Result<void> check_http_target(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (text.starts_with(kScheme) && text.size() > kScheme.size()) return {};
  return failure(fmt::format("cannot read URL {}: it must begin with http://", quote(text)));
}

Result<void> check_schedule(std::string_view text) {
  constexpr int kFields = 5;
  const bool is_name = text.starts_with('@') && text.size() > 1;
  if (is_name || count_words(text) == kFields) return {};
  return failure(
      fmt::format("cannot read schedule {}: it must have five fields, or be a name such as @hourly",
                  quote(text)));
}

Result<void> check_time_zone(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("_+-/").contains(c);
  };
  if (!name.empty() && !name.starts_with('/') && std::ranges::all_of(name, is_allowed)) return {};
  return failure(fmt::format("cannot read time zone {}: it must be a name such as Europe/Berlin",
                             quote(name)));
}

}  // namespace my_init::config
