#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "my_init/config/field_reader.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/probe_reader.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

constexpr std::array<std::string_view, 2> kAddressWays{"tcp", "http"};

core::HealthCheck& check_of(Reading& reading) {
  std::optional<core::HealthCheck>& check = reading.draft.definition.spec.healthcheck;
  return check ? *check : check.emplace();
}

void take_probe(std::optional<Probe> probe, Reading& reading) {
  if (probe) reading.draft.definition.execution.details.edit().healthcheck = std::move(*probe);
}

void take_command(Command command, Reading& reading) {
  take_probe(Probe{.kind = Probe::Kind::command, .command = std::move(command), .target = {}},
             reading);
}

/// CMD-SHELL.
void read_shell_line(std::string_view key, const Node& line, Reading& reading) {
  if (line.text.empty()) {
    reading.report().error(line.place, fmt::format("'{}' is empty", key));
  }
  take_command({"/bin/sh", "-c", std::string(line.text)}, reading);
}

void read_test_list(std::string_view key, const Node& list, Reading& reading) {
  constexpr std::array<std::string_view, 3> kWords{"CMD", "CMD-SHELL", "NONE"};
  Report& report = reading.report();
  const std::vector<const Node*> words = read_texts(key, list, report);
  if (words.size() < list.entries.size()) return;
  if (words.empty()) {
    report.error(list.place, fmt::format("'{}' is empty", key));
  } else if (const Node& first = *words[0]; !is_one_of(kWords, first.text)) {
    report.error(first.place, fmt::format("'{}' must begin with {}, not {}{}", key, choices(kWords),
                                          quote(first.text), suggestion(first.text, kWords)));
  } else if (first.text == "CMD") {
    Command command;
    for (const Node* word : std::span(words).subspan(1)) command.emplace_back(word->text);
    if (command.empty() || command[0].empty()) {
      report.error(first.place, fmt::format("'{}' has no program after CMD", key));
    }
    take_command(std::move(command), reading);
  } else if (first.text == "CMD-SHELL" && words.size() == 2) {
    read_shell_line(key, *words[1], reading);
  } else if (first.text == "CMD-SHELL") {
    report.error(first.place, fmt::format("'{}' must have one text after CMD-SHELL", key));
  } else if (words.size() > 1) {
    report.error(words[1]->place, fmt::format("'{}' must have nothing after NONE", key));
  }
}

void read_test_map(std::string_view key, const Node& map, Reading& reading) {
  constexpr std::array<NamedField, 2> kFields{{
      {"tcp", [](std::string_view name, const Node& value,
                 Reading& at) { take_probe(read_tcp_probe(name, value, at.report()), at); }},
      {"http", [](std::string_view name, const Node& value,
                  Reading& at) { take_probe(read_http_probe(name, value, at.report()), at); }},
  }};
  read_fields(key, map, kFields, reading);
  if (!expect_one_way(key, map, kAddressWays, reading.report()) && map.entries.empty()) {
    reading.report().error(map.place, fmt::format("'{}' is empty", key));
  }
}

void read_test(std::string_view key, const Node& value, Reading& reading) {
  if (value.kind == NodeKind::map) {
    read_test_map(key, value, reading);
  } else if (value.kind == NodeKind::list) {
    read_test_list(key, value, reading);
  } else {
    read_shell_line(key, value, reading);
  }
}

template <Duration core::HealthCheck::* member>
void read_time(std::string_view key, const Node& value, Reading& reading) {
  Duration& time = check_of(reading).*member;
  time = read_positive_duration(key, value, reading.report()).value_or(time);
}

void read_start_period(std::string_view key, const Node& value, Reading& reading) {
  Duration& time = check_of(reading).start_period;
  time = read_duration(key, value, reading.report()).value_or(time);
}

void read_retries(std::string_view key, const Node& value, Reading& reading) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  if (const auto retries = read_integer(key, value, 1, kMost, reading.report())) {
    check_of(reading).retries = static_cast<std::uint32_t>(*retries);
  }
}

void read_on_failure(std::string_view key, const Node& value, Reading& reading) {
  constexpr std::array<std::string_view, 3> kWords{"restart", "none", "shutdown"};
  constexpr std::array<core::OnUnhealthy, 3> kValues{
      core::OnUnhealthy::restart, core::OnUnhealthy::none, core::OnUnhealthy::shutdown};
  if (const auto choice = read_choice(key, value, kWords, reading.report())) {
    check_of(reading).on_failure = kValues[*choice];
  }
}

/// Only looks whether it may be read; what it says is in the tree.
void read_disable(std::string_view key, const Node& value, Reading& reading) {
  static_cast<void>(read_bool(key, value, reading.report()));
}

/// Compose's two ways to take away the check that is inherited.
bool is_off(const Node& map) {
  const Node* const disable = find(map, "disable");
  const Node* const test = find(map, "test");
  const bool none = test != nullptr && test->kind == NodeKind::list && !test->entries.empty() &&
                    test->entries[0].value->text == "NONE";
  return none || (disable != nullptr && disable->text == "true");
}

/// A timeout that is not shorter lets every probe that hangs take the place of the next.
void compare_times(const Node& map, const core::HealthCheck& check, Report& report) {
  if (check.timeout < check.interval) return;
  const Node* const timeout = find(map, "timeout");
  const Node* const interval = find(map, "interval");
  report.warning((timeout != nullptr ? timeout : interval)->place,
                 fmt::format("the health check's timeout of {} is not shorter than its interval "
                             "of {}",
                             format_duration(check.timeout), format_duration(check.interval)));
}

constexpr std::array<NamedField, 8> kFields{{
    {"test", read_test},
    {"interval", read_time<&core::HealthCheck::interval>},
    {"timeout", read_time<&core::HealthCheck::timeout>},
    {"retries", read_retries},
    {"start_period", read_start_period},
    {"start_interval", read_time<&core::HealthCheck::start_interval>},
    {"on_failure", read_on_failure},
    {"disable", read_disable},
}};

}  // namespace

std::span<const NamedField> health_fields() {
  return kFields;
}

void read_healthcheck(std::string_view key, const Node& value, Reading& reading) {
  read_fields(key, value, kFields, reading);
  if (value.kind != NodeKind::map) return;
  const bool has_test = find(value, "test") != nullptr;
  if (has_test && !is_off(value)) {
    compare_times(value, check_of(reading), reading.report());
    return;
  }
  // The defaults may have times for those services that have a test. What stands at 'disable' and
  // is no boolean was reported.
  const Node* const disable = find(value, "disable");
  const bool needs_test = disable == nullptr || disable->text == "false";
  if (needs_test && !is_off(value) && value.place.file != kGlobalFile) {
    reading.report().error(value.place, fmt::format("'{}' has no 'test'", key));
  }
  reading.draft.definition.spec.healthcheck.reset();
  reading.draft.definition.execution.details.edit().healthcheck = {};
}

}  // namespace my_init::config
