#include <fmt/format.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "my_init/base/cron.hpp"
#include "my_init/config/field_reader.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/scalars.hpp"

namespace my_init::config {
namespace {

Schedule& schedule_of(Reading& reading) {
  std::optional<Schedule>& schedule = reading.draft.definition.execution.details.edit().schedule;
  return schedule ? *schedule : schedule.emplace();
}

/// Reports that what `checked` is of was not accepted.
template <class Value>
bool expect_valid(std::string_view key, const Node& value, const Result<Value>& checked,
                  Report& report) {
  if (checked) return true;
  report.error(value.place, fmt::format("'{}': {}", key, checked.error().message));
  return false;
}

void read_every(std::string_view key, const Node& value, Reading& reading) {
  constexpr Duration kLeast = std::chrono::seconds{1};
  const auto every = read_duration(key, value, reading.report());
  if (!every) return;
  schedule_of(reading).every = *every;
  if (*every >= kLeast) return;
  reading.report().error(
      value.place, fmt::format("'{}' must be {} or longer, not {}", key, format_duration(kLeast),
                               format_duration(*every)));
}

void read_schedule(std::string_view key, const Node& value, Reading& reading) {
  constexpr std::array<NamedField, 1> kFields{{{"every", read_every}}};
  constexpr std::string_view kWanted = "five fields such as \"*/5 * * * *\", or {every: 90s}";
  if (value.kind == NodeKind::map && !value.entries.empty()) {
    read_fields(key, value, kFields, reading);
  } else if (value.kind != NodeKind::scalar) {
    wrong_kind(key, kWanted, value, reading.report());
  } else if (expect_valid(key, value, Cron::parse(value.text), reading.report())) {
    schedule_of(reading).expression = value.text;
  }
}

/// Reports that a key means nothing, where the service itself has it. The defaults may have it for
/// those services that can use it.
void expect_used(std::string_view key, const Node& value, std::string_view need, Report& report) {
  if (value.place.file == kGlobalFile) return;
  report.error(value.place, fmt::format("'{}' needs '{}'", key, need));
}

void read_time_zone(std::string_view key, const Node& value, Reading& reading) {
  const auto name = read_text(key, value, reading.report());
  const auto& check = reading.context.surroundings.check_time_zone;
  if (!name || !expect_valid(key, value, check(*name), reading.report())) return;
  std::optional<Schedule>& schedule = reading.draft.definition.execution.details.edit().schedule;
  if (!schedule) return;
  schedule->time_zone = *name;
  if (schedule->every == Duration::zero() || value.place.file == kGlobalFile) return;
  reading.report().warning(value.place, fmt::format("'{}' means nothing with 'every'", key));
}

void read_overlap(std::string_view key, const Node& value, Reading& reading) {
  constexpr std::array<std::string_view, 3> kWords{"skip", "queue", "kill"};
  constexpr std::array<core::Overlap, 3> kValues{core::Overlap::skip, core::Overlap::queue,
                                                 core::Overlap::kill};
  if (const auto choice = read_choice(key, value, kWords, reading.report())) {
    reading.draft.definition.spec.schedule_overlap = kValues[*choice];
  }
}

}  // namespace

void finish_schedule(Reading& reading) {
  constexpr std::string_view kSchedule = "schedule";
  ServiceDefinition& definition = reading.draft.definition;
  if (const Node* const schedule = reading.schedule) {
    read_schedule(kSchedule, *schedule, reading);
    definition.spec.scheduled = definition.spec.type == core::ServiceType::oneshot;
    if (!definition.spec.scheduled) {
      expect_used(kSchedule, *schedule, "type: oneshot", reading.report());
      definition.execution.details.edit().schedule.reset();
    }
  }
  if (const Node* const zone = reading.timezone) {
    read_time_zone("timezone", *zone, reading);
    if (reading.schedule == nullptr) expect_used("timezone", *zone, kSchedule, reading.report());
  }
  if (const Node* const overlap = reading.schedule_overlap) {
    read_overlap("schedule_overlap", *overlap, reading);
    if (reading.schedule == nullptr) {
      expect_used("schedule_overlap", *overlap, kSchedule, reading.report());
    }
  }
}

}  // namespace my_init::config
