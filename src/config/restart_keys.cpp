#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

#include "my_init/config/field_reader.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();

/// N of on-failure:N; nothing when it is no number above 0.
std::optional<std::uint32_t> retries(std::string_view digits) {
  std::uint32_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, problem] = std::from_chars(digits.data(), end, number);
  if (problem != std::errc{} || rest != end || number == 0) return {};
  return number;
}

std::optional<core::RestartPolicy> read_policy(const Node& value, Report& report) {
  constexpr std::array<std::string_view, 4> kModes{"no", "always", "on-failure", "unless-stopped"};
  constexpr std::array<core::RestartMode, 4> kValues{
      core::RestartMode::no, core::RestartMode::always, core::RestartMode::on_failure,
      core::RestartMode::unless_stopped};
  constexpr std::string_view kCounted = "on-failure:";
  if (value.kind == NodeKind::scalar && value.text.starts_with(kCounted)) {
    const std::string_view digits = value.text.substr(kCounted.size());
    const auto number = retries(digits);
    if (number) return core::RestartPolicy{core::RestartMode::on_failure, *number};
    report.error(value.place,
                 fmt::format("'restart': on-failure needs a number above 0 after ':', not {}",
                             quote(digits)));
    return {};
  }
  const auto mode = read_choice("restart", value, kModes, report);
  if (!mode) return {};
  return core::RestartPolicy{kValues[*mode], 0};
}

core::Backoff& backoff_of(Reading& reading) {
  return reading.draft.definition.spec.restart_backoff;
}

core::RestartLimit& limit_of(Reading& reading) {
  return reading.draft.definition.spec.restart_limit;
}

template <Duration core::Backoff::* member>
void backoff_duration(std::string_view key, const Node& value, Reading& reading) {
  if (const auto duration = read_duration(key, value, reading.report())) {
    backoff_of(reading).*member = *duration;
  }
}

void backoff_factor(std::string_view key, const Node& value, Reading& reading) {
  constexpr double kLargest = 1000;
  if (const auto factor = read_number(key, value, 1, kLargest, reading.report())) {
    backoff_of(reading).factor = *factor;
  }
}

void backoff_jitter(std::string_view key, const Node& value, Reading& reading) {
  if (const auto jitter = read_number(key, value, 0, 1, reading.report())) {
    backoff_of(reading).jitter = *jitter;
  }
}

void limit_count(std::string_view key, const Node& value, Reading& reading) {
  if (const auto count = read_integer(key, value, 0, kMost, reading.report())) {
    limit_of(reading).count = static_cast<std::uint32_t>(*count);
  }
}

void limit_window(std::string_view key, const Node& value, Reading& reading) {
  core::RestartLimit& limit = limit_of(reading);
  limit.window = read_positive_duration(key, value, reading.report()).value_or(limit.window);
}

void limit_retry_after(std::string_view key, const Node& value, Reading& reading) {
  if (const auto duration = read_duration(key, value, reading.report())) {
    limit_of(reading).then = core::LimitEnd::retry_after;
    limit_of(reading).retry_after = *duration;
  }
}

void limit_then(std::string_view key, const Node& value, Reading& reading) {
  constexpr std::array<NamedField, 1> kFields{{{"retry_after", limit_retry_after}}};
  constexpr std::array<std::string_view, 3> kEnds{"fail", "shutdown", "{retry_after: 10m}"};
  if (value.kind == NodeKind::map) {
    read_fields(key, value, kFields, reading);
    if (value.entries.empty()) wrong_kind(key, choices(kEnds), value, reading.report());
    return;
  }
  const auto end = read_choice(key, value, kEnds, reading.report());
  if (!end) return;
  if (*end == 2) wrong_kind(key, choices(kEnds), value, reading.report());
  limit_of(reading).then = *end == 0 ? core::LimitEnd::fail : core::LimitEnd::shutdown;
}

constexpr std::array<NamedField, 5> kBackoffFields{{
    {"initial", backoff_duration<&core::Backoff::initial>},
    {"factor", backoff_factor},
    {"max", backoff_duration<&core::Backoff::max>},
    {"jitter", backoff_jitter},
    {"reset_after", backoff_duration<&core::Backoff::reset_after>},
}};

constexpr std::array<NamedField, 3> kLimitFields{
    {{"count", limit_count}, {"window", limit_window}, {"then", limit_then}}};

}  // namespace

std::span<const NamedField> backoff_fields() {
  return kBackoffFields;
}

std::span<const NamedField> limit_fields() {
  return kLimitFields;
}

void read_restart_backoff(std::string_view key, const Node& value, Reading& reading) {
  read_fields(key, value, kBackoffFields, reading);
  core::Backoff& backoff = backoff_of(reading);
  const Node* const written = find(value, "max");
  if (backoff.max >= backoff.initial) return;
  if (written == nullptr) {
    backoff.max = backoff.initial;
  } else {
    reading.report().error(written->place, "'max' must not be less than 'initial'");
  }
}

void read_restart_limit(std::string_view key, const Node& value, Reading& reading) {
  read_fields(key, value, kLimitFields, reading);
}

void read_success_exit_codes(std::string_view key, const Node& value, Reading& reading) {
  if (value.kind != NodeKind::list) {
    wrong_kind(key, "a list of exit codes", value, reading.report());
    return;
  }
  std::vector<std::uint8_t> codes;
  codes.reserve(value.entries.size());
  for (const Entry& item : value.entries) {
    if (const auto code = read_integer(key, *item.value, 0, 255, reading.report())) {
      codes.push_back(static_cast<std::uint8_t>(*code));
    }
  }
  reading.draft.definition.spec.success_exit_codes = std::move(codes);
}

void finish_restart(Reading& reading) {
  core::ServiceSpec& spec = reading.draft.definition.spec;
  const bool oneshot = spec.type == core::ServiceType::oneshot;
  if (oneshot) spec.restart.mode = core::RestartMode::no;
  if (reading.restart == nullptr) return;
  const auto policy = read_policy(*reading.restart, reading.report());
  if (!policy) return;
  const bool for_ever = policy->mode == core::RestartMode::always ||
                        policy->mode == core::RestartMode::unless_stopped;
  if (!oneshot || !for_ever) {
    spec.restart = *policy;
  } else if (reading.restart->place.file != kGlobalFile) {
    // A default for all services means those that can follow it.
    reading.report().error(
        reading.restart->place,
        fmt::format("a oneshot cannot have 'restart: {}': write no or on-failure",
                    reading.restart->text));
  }
}

}  // namespace my_init::config
