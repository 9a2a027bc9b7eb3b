#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "my_init/base/limit_name.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/service_keys.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

constexpr std::array<std::string_view, 2> kBounds{"soft", "hard"};

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

std::optional<std::uint64_t> read_bound(std::string_view key, const Node& value, Report& report) {
  constexpr std::string_view kWanted = "a whole number or unlimited";
  if (value.kind != NodeKind::scalar) {
    wrong_kind(key, kWanted, value, report);
    return {};
  }
  if (value.text == "unlimited" || value.text == "-1") return kUnlimited;
  std::uint64_t number = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto [rest, problem] = std::from_chars(value.text.data(), end, number);
  if (problem == std::errc{} && rest == end && number < kUnlimited) return number;
  report.error(value.place,
               fmt::format("'{}' must be {}, not {}", key, kWanted, quote(value.text)));
  return {};
}

/// True when the map has nothing but the two bounds, both of which Compose requires.
bool has_both(const LimitName& known, const Node& map, Report& report) {
  bool good = true;
  for (const Entry& entry : map.entries) {
    if (!is_one_of(kBounds, entry.key->text)) {
      unknown_key(*entry.key, kBounds, report);
    } else if (entry.value->kind == NodeKind::null) {
      report.error(entry.key->place, fmt::format("'{}' has no value", entry.key->text));
      good = false;
    }
  }
  for (const std::string_view bound : kBounds) {
    if (find(map, bound) != nullptr) continue;
    report.error(map.place, fmt::format("'{}' has no '{}'", known.name, bound));
    good = false;
  }
  return good;
}

std::optional<ResourceLimit> read_bounds(const LimitName& known, const Node& map, Report& report) {
  if (!has_both(known, map, report)) return {};
  const Node& soft = *find(map, kBounds[0]);
  const Node& hard = *find(map, kBounds[1]);
  const auto soft_bound = read_bound(kBounds[0], soft, report);
  const auto hard_bound = read_bound(kBounds[1], hard, report);
  if (!soft_bound || !hard_bound) return {};
  if (*soft_bound > *hard_bound) {
    report.error(soft.place, fmt::format("'soft' ({}) must not be more than 'hard' ({})", soft.text,
                                         hard.text));
  }
  return ResourceLimit{.resource = known.resource, .soft = *soft_bound, .hard = *hard_bound};
}

std::optional<ResourceLimit> read_limit(const LimitName& known, const Node& value, Report& report) {
  if (value.kind == NodeKind::map) return read_bounds(known, value, report);
  const auto bound = read_bound(known.name, value, report);
  if (!bound) return {};
  return ResourceLimit{.resource = known.resource, .soft = *bound, .hard = *bound};
}

std::optional<int> read_small_integer(std::string_view key, const Node& value, int least, int most,
                                      Report& report) {
  const auto number = read_integer(key, value, least, most, report);
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

}  // namespace

void read_ulimits(std::string_view key, const Node& value, Reading& reading) {
  Report& report = reading.report();
  if (!expect_map(key, value, report)) return;
  for (const Entry& entry : value.entries) {
    const auto known = std::ranges::find(limit_names(), entry.key->text, &LimitName::name);
    if (known == limit_names().end()) {
      std::vector<std::string_view> names;
      names.reserve(limit_names().size());
      for (const LimitName& limit : limit_names()) names.push_back(limit.name);
      report.error(entry.key->place, fmt::format("unknown limit {}{}", quote(entry.key->text),
                                                 suggestion(entry.key->text, names)));
    } else if (entry.value->kind == NodeKind::null) {
      report.error(entry.key->place, fmt::format("'{}' has no value", known->name));
    } else {
      const auto limit = read_limit(*known, *entry.value, report);
      if (limit) reading.draft.definition.execution.details.edit().ulimits.push_back(*limit);
    }
  }
}

void read_nice(std::string_view key, const Node& value, Reading& reading) {
  constexpr int kLeast = -20;
  constexpr int kMost = 19;
  reading.draft.definition.execution.details.edit().nice =
      read_small_integer(key, value, kLeast, kMost, reading.report());
}

void read_oom_score_adj(std::string_view key, const Node& value, Reading& reading) {
  constexpr int kLeast = -1000;
  constexpr int kMost = 1000;
  reading.draft.definition.execution.details.edit().oom_score_adj =
      read_small_integer(key, value, kLeast, kMost, reading.report());
}

}  // namespace my_init::config
