#include "my_init/config/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "my_init/base/size.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Digits with at most one sign before and one point among them: nothing hexadecimal, no exponent,
/// no nan.
bool is_plain_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return std::ranges::any_of(text, is_digit) && std::ranges::count(text, '.') <= 1 &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

std::string range(std::int64_t least, std::int64_t most) {
  return fmt::format("a whole number from {} to {}", least, most);
}

bool is_boolean_of_yaml_1_1(std::string_view text) {
  constexpr std::array<std::string_view, 8> kWords{"yes", "no", "on",   "off",
                                                   "y",   "n",  "true", "false"};
  const auto same = [&](std::string_view word) {
    return std::ranges::equal(word, text, {}, {}, [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
  };
  return std::ranges::any_of(kWords, same);
}

}  // namespace

void wrong_kind(std::string_view key, std::string_view wanted, const Node& value, Report& report) {
  if (value.kind == NodeKind::null) {
    report.error(value.place, fmt::format("'{}' has no value: it must be {}", key, wanted));
  } else {
    report.error(value.place,
                 fmt::format("'{}' must be {}, not {}", key, wanted, kind_name(value)));
  }
}

std::optional<std::string_view> read_text(std::string_view key, const Node& value, Report& report) {
  if (value.kind == NodeKind::scalar) return value.text;
  wrong_kind(key, "a text", value, report);
  return {};
}

std::optional<bool> read_bool(std::string_view key, const Node& value, Report& report) {
  if (value.kind != NodeKind::scalar) {
    wrong_kind(key, "true or false", value, report);
    return {};
  }
  const bool bare = !value.quoted || value.interpolated;
  if (bare && value.text == "true") return true;
  if (bare && value.text == "false") return false;
  if (value.quoted && !value.interpolated) {
    report.error(value.place, fmt::format("'{}' must be true or false without quotes", key));
  } else if (is_boolean_of_yaml_1_1(value.text)) {
    report.error(value.place, fmt::format("'{}': {} is no boolean here: write true or false", key,
                                          quote(value.text)));
  } else {
    report.error(value.place,
                 fmt::format("'{}' must be true or false, not {}", key, quote(value.text)));
  }
  return {};
}

std::optional<std::int64_t> read_integer(std::string_view key, const Node& value,
                                         std::int64_t least, std::int64_t most, Report& report) {
  if (value.kind != NodeKind::scalar) {
    wrong_kind(key, range(least, most), value, report);
    return {};
  }
  std::int64_t number = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto [rest, problem] = std::from_chars(value.text.data(), end, number);
  const bool whole = problem == std::errc{} && rest == end;
  if (whole && number >= least && number <= most) return number;
  report.error(value.place,
               fmt::format("'{}' must be {}, not {}", key, range(least, most), quote(value.text)));
  return {};
}

std::optional<double> read_number(std::string_view key, const Node& value, double least,
                                  double most, Report& report) {
  const std::string wanted = fmt::format("a number from {} to {}", least, most);
  if (value.kind != NodeKind::scalar) {
    wrong_kind(key, wanted, value, report);
    return {};
  }
  double number = 0;
  const char* const end = value.text.data() + value.text.size();
  if (is_plain_number(value.text)) {
    const auto [rest, problem] = std::from_chars(value.text.data(), end, number);
    if (problem == std::errc{} && rest == end && number >= least && number <= most) return number;
  }
  report.error(value.place, fmt::format("'{}' must be {}, not {}", key, wanted, quote(value.text)));
  return {};
}

std::optional<std::uint64_t> read_size(std::string_view key, const Node& value, SizeBounds bounds,
                                       Report& report) {
  if (value.kind != NodeKind::scalar) {
    wrong_kind(key, "a size such as 64k", value, report);
    return {};
  }
  const Result<std::uint64_t> size = parse_size(value.text);
  if (!size) {
    report.error(value.place, fmt::format("'{}': {}", key, size.error().message));
  } else if (*size < parse_size(bounds.least).value() || *size > parse_size(bounds.most).value()) {
    report.error(value.place, fmt::format("'{}' must be a size from {} to {}, not {}", key,
                                          bounds.least, bounds.most, quote(value.text)));
  } else {
    return *size;
  }
  return {};
}

std::optional<Duration> read_duration(std::string_view key, const Node& value, Report& report) {
  if (value.kind != NodeKind::scalar) {
    wrong_kind(key, "a duration such as 10s", value, report);
    return {};
  }
  const Result<Duration> duration = parse_duration(value.text);
  if (duration && *duration >= Duration::zero()) return *duration;
  if (duration) {
    report.error(value.place, fmt::format("'{}' must not be negative", key));
  } else {
    report.error(value.place, fmt::format("'{}': {}", key, duration.error().message));
  }
  return {};
}

std::optional<Duration> read_positive_duration(std::string_view key, const Node& value,
                                               Report& report) {
  const auto duration = read_duration(key, value, report);
  if (!duration || *duration > Duration::zero()) return duration;
  report.error(value.place, fmt::format("'{}' must be longer than 0", key));
  return {};
}

std::optional<std::string_view> read_absolute_path(std::string_view key, const Node& value,
                                                   Report& report) {
  const auto text = read_text(key, value, report);
  if (!text || text->starts_with('/')) return text;
  report.error(value.place,
               fmt::format("'{}' must be an absolute path, not {}", key, quote(*text)));
  return {};
}

std::optional<std::size_t> read_choice(std::string_view key, const Node& value,
                                       std::span<const std::string_view> known, Report& report) {
  if (value.kind != NodeKind::scalar) {
    wrong_kind(key, choices(known), value, report);
    return {};
  }
  const auto found = std::ranges::find(known, value.text);
  if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
  report.error(value.place, fmt::format("'{}' must be {}, not {}{}", key, choices(known),
                                        quote(value.text), suggestion(value.text, known)));
  return {};
}

std::vector<const Node*> read_texts(std::string_view key, const Node& value, Report& report) {
  std::vector<const Node*> texts;
  if (value.kind != NodeKind::list) {
    wrong_kind(key, "a list of texts", value, report);
    return texts;
  }
  texts.reserve(value.entries.size());
  for (const Entry& item : value.entries) {
    if (item.value->kind == NodeKind::scalar) {
      texts.push_back(item.value);
    } else {
      report.error(item.value->place,
                   fmt::format("'{}' must be a list of texts: this item is {}{}", key,
                               kind_name(*item.value),
                               item.value->kind == NodeKind::null ? " (null needs quotes)" : ""));
    }
  }
  return texts;
}

bool expect_variable_name(const Node& name, Report& report) {
  if (!name.text.empty() && !name.text.contains('=')) return true;
  report.error(name.place, fmt::format("{} cannot be the name of a variable", quote(name.text)));
  return false;
}

bool expect_map(std::string_view key, const Node& value, Report& report) {
  if (value.kind == NodeKind::map) return true;
  wrong_kind(key, "a map", value, report);
  return false;
}

std::optional<mode_t> file_mode(std::string_view text) {
  constexpr std::size_t kMostDigits = 4;
  constexpr mode_t kMost = 0777;
  const bool octal = !text.empty() && text.size() <= kMostDigits &&
                     std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '7'; });
  if (!octal) return {};
  mode_t mode = 0;
  for (const char digit : text) mode = mode * 8 + static_cast<mode_t>(digit - '0');
  return mode <= kMost ? std::optional(mode) : std::nullopt;
}

}  // namespace my_init::config
