#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "my_init/config/command_reader.hpp"
#include "my_init/config/field_reader.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/pattern_check.hpp"
#include "my_init/config/probe_reader.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

using core::ReadyWay;

core::Readiness& readiness_of(Reading& reading) {
  return reading.draft.definition.spec.ready;
}

ReadySource& source_of(Reading& reading) {
  return reading.draft.definition.execution.details.edit().ready;
}

void read_notify(std::string_view key, const Node& value, Reading& reading) {
  if (read_bool(key, value, reading.report()).value_or(false)) {
    readiness_of(reading).way = ReadyWay::notify;
  }
}

void read_fd(std::string_view key, const Node& value, Reading& reading) {
  constexpr int kLeast = 3;
  constexpr int kMost = 1023;
  const auto number = read_integer(key, value, kLeast, kMost, reading.report());
  if (!number) return;
  readiness_of(reading).way = ReadyWay::fd;
  source_of(reading).fd = static_cast<int>(*number);
}

void take_probe(ReadyWay way, std::optional<Probe> probe, Reading& reading) {
  if (!probe) return;
  readiness_of(reading).way = way;
  source_of(reading).probe = std::move(*probe);
}

void read_tcp(std::string_view key, const Node& value, Reading& reading) {
  take_probe(ReadyWay::tcp, read_tcp_probe(key, value, reading.report()), reading);
}

void read_http(std::string_view key, const Node& value, Reading& reading) {
  take_probe(ReadyWay::http, read_http_probe(key, value, reading.report()), reading);
}

void read_exec(std::string_view key, const Node& value, Reading& reading) {
  Probe probe{.kind = Probe::Kind::command,
              .command = read_argv(key, value, reading.report()),
              .target = {}};
  take_probe(ReadyWay::command, std::move(probe), reading);
}

void read_file(std::string_view key, const Node& value, Reading& reading) {
  const auto path = read_absolute_path(key, value, reading.report());
  if (!path) return;
  take_probe(ReadyWay::file,
             Probe{.kind = Probe::Kind::file, .command = {}, .target = std::string(*path)},
             reading);
}

void read_log(std::string_view key, const Node& value, Reading& reading) {
  const auto text = read_text(key, value, reading.report());
  if (!text) return;
  std::string pattern(*text);
  if (pattern.empty()) {
    reading.report().error(value.place, fmt::format("'{}' is empty", key));
  } else if (const Result<void> checked = check_pattern(pattern); !checked) {
    reading.report().error(value.place, fmt::format("'{}': {}", key, checked.error().message));
  } else {
    readiness_of(reading).way = ReadyWay::log;
    source_of(reading).pattern = std::move(pattern);
  }
}

template <Duration core::Readiness::* member>
void read_time(std::string_view key, const Node& value, Reading& reading) {
  Duration& time = readiness_of(reading).*member;
  time = read_positive_duration(key, value, reading.report()).value_or(time);
}

constexpr std::array<NamedField, 9> kFields{{
    {"notify", read_notify},
    {"fd", read_fd},
    {"tcp", read_tcp},
    {"http", read_http},
    {"exec", read_exec},
    {"file", read_file},
    {"log", read_log},
    {"timeout", read_time<&core::Readiness::timeout>},
    {"interval", read_time<&core::Readiness::interval>},
}};

/// Whether a start takes time that `timeout` bounds although nothing but exec makes it ready: a
/// daemon is looked for, hooks run.
bool has_other_steps(const Reading& reading) {
  const core::ServiceSpec& spec = reading.draft.definition.spec;
  return spec.type == core::ServiceType::forking || spec.hooks.pre_start > 0 ||
         spec.hooks.post_start > 0;
}

void read_ready(std::string_view key, const Node& value, Reading& reading) {
  read_fields(key, value, kFields, reading);
  if (value.kind != NodeKind::map) return;
  if (expect_one_way(key, value, kReadyWays, reading.report())) return;
  if (!value.entries.empty() && has_other_steps(reading)) return;
  // A misspelt way was reported already; the defaults may have times for those that have a way.
  const bool all_known = std::ranges::all_of(value.entries, [](const Entry& entry) {
    return std::ranges::find(kFields, entry.key->text, &NamedField::name) != kFields.end();
  });
  if (!all_known || value.place.file == kGlobalFile) return;
  reading.report().error(value.place,
                         fmt::format("'{}' has no way: write {}", key, choices(kReadyWays)));
}

void read_watchdog(std::string_view key, const Node& value, Reading& reading) {
  const auto time = read_duration(key, value, reading.report());
  if (!time || *time == Duration::zero()) return;
  if (readiness_of(reading).way == ReadyWay::notify) {
    reading.draft.definition.spec.watchdog = *time;
  } else if (value.place.file != kGlobalFile) {
    reading.report().error(value.place, fmt::format("'{}' needs 'ready: {{notify: true}}'", key));
  }
}

/// The sockets have the first descriptors after the standard streams, as sd_listen_fds(3) wants it.
void check_descriptor(const Node& ready, Reading& reading) {
  constexpr std::size_t kFirst = 3;
  const std::size_t sockets = reading.draft.definition.execution.details->listen.size();
  const auto fd = static_cast<std::size_t>(source_of(reading).fd);
  if (readiness_of(reading).way != ReadyWay::fd || fd >= kFirst + sockets) return;
  reading.report().error(find(ready, "fd")->place,
                         fmt::format("'listen' takes the descriptors from {} to {}: write another "
                                     "'fd'",
                                     kFirst, kFirst + sockets - 1));
}

/// A line that goes to the container past us cannot be looked at.
void check_output(const Node& ready, Reading& reading) {
  if (readiness_of(reading).way != ReadyWay::log) return;
  if (reading.draft.definition.execution.output_driver != OutputDriver::inherit) return;
  reading.report().error(find(ready, "log")->place,
                         "'log' needs our own reading of the output, which 'logging' gives away "
                         "with driver inherit: write driver container, file or none");
}

}  // namespace

std::span<const NamedField> ready_fields() {
  return kFields;
}

void finish_ready(Reading& reading) {
  if (reading.ready != nullptr) {
    read_ready("ready", *reading.ready, reading);
    check_descriptor(*reading.ready, reading);
    check_output(*reading.ready, reading);
  }
  if (reading.watchdog != nullptr) read_watchdog("watchdog", *reading.watchdog, reading);
}

}  // namespace my_init::config
