#include "my_init/config/service_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

void read_description(std::string_view key, const Node& value, Reading& reading) {
  if (const auto text = read_text(key, value, reading.report())) {
    reading.draft.definition.description = *text;
  }
}

void read_enabled(std::string_view key, const Node& value, Reading& reading) {
  core::ServiceSpec& spec = reading.draft.definition.spec;
  spec.enabled = read_bool(key, value, reading.report()).value_or(spec.enabled);
}

void read_essential(std::string_view key, const Node& value, Reading& reading) {
  core::ServiceSpec& spec = reading.draft.definition.spec;
  spec.essential = read_bool(key, value, reading.report()).value_or(spec.essential);
}

void read_no_new_privileges(std::string_view key, const Node& value, Reading& reading) {
  Execution& execution = reading.draft.definition.execution;
  execution.no_new_privileges =
      read_bool(key, value, reading.report()).value_or(execution.no_new_privileges);
}

void read_profiles(std::string_view key, const Node& value, Reading& reading) {
  for (const Node* profile : read_texts(key, value, reading.report())) {
    reading.draft.profiles.push_back(profile->text);
  }
}

void read_stop_grace_period(std::string_view key, const Node& value, Reading& reading) {
  core::ServiceSpec& spec = reading.draft.definition.spec;
  spec.stop_grace_period =
      read_duration(key, value, reading.report()).value_or(spec.stop_grace_period);
}

void read_kill_mode(std::string_view key, const Node& value, Reading& reading) {
  constexpr std::array<std::string_view, 3> kModes{"mixed", "group", "process"};
  constexpr std::array<core::KillMode, 3> kValues{core::KillMode::mixed, core::KillMode::group,
                                                  core::KillMode::process};
  if (const auto mode = read_choice(key, value, kModes, reading.report())) {
    reading.draft.definition.spec.kill_mode = kValues[*mode];
  }
}

template <const Node* Reading::* member>
void keep(std::string_view /*key*/, const Node& value, Reading& reading) {
  reading.*member = &value;
}

constexpr std::array<ServiceKey, 43> kKeys{{
    {"cap_add", keep<&Reading::cap_add>},
    {"cap_drop", keep<&Reading::cap_drop>},
    {"command", read_command},
    {"depends_on", read_depends_on},
    {"description", read_description},
    {"enabled", read_enabled},
    {"env_file", keep<&Reading::env_file>},
    {"environment", keep<&Reading::environment>},
    {"essential", read_essential},
    {"group_add", keep<&Reading::group_add>},
    {"healthcheck", read_healthcheck, health_fields},
    {"inherit_environment", read_inherit_environment},
    {"kill_mode", read_kill_mode},
    {"listen", read_listen},
    {"logging", read_logging, logging_fields},
    {"nice", read_nice},
    {"no_new_privileges", read_no_new_privileges},
    {"oom_score_adj", read_oom_score_adj},
    {"pid_file", keep<&Reading::pid_file>},
    {"post_start", read_post_start},
    {"post_stop", read_post_stop},
    {"pre_start", read_pre_start},
    {"pre_stop", read_pre_stop},
    {"profiles", read_profiles},
    {"ready", keep<&Reading::ready>, ready_fields},
    {"reload_command", keep<&Reading::reload_command>},
    {"reload_signal", keep<&Reading::reload_signal>},
    {"restart", keep<&Reading::restart>},
    {"restart_backoff", read_restart_backoff, backoff_fields},
    {"restart_limit", read_restart_limit, limit_fields},
    {"schedule", keep<&Reading::schedule>},
    {"schedule_overlap", keep<&Reading::schedule_overlap>},
    {"secrets", keep<&Reading::secrets>},
    {"stop_grace_period", read_stop_grace_period},
    {"stop_signal", read_stop_signal},
    {"success_exit_codes", read_success_exit_codes},
    {"timezone", keep<&Reading::timezone>},
    {"type", read_type},
    {"ulimits", read_ulimits},
    {"umask", read_umask},
    {"user", keep<&Reading::user>},
    {"watchdog", keep<&Reading::watchdog>},
    {"working_dir", read_working_dir},
}};

}  // namespace

std::span<const ServiceKey> service_keys() {
  return kKeys;
}

const ServiceKey* find_service_key(std::string_view name) {
  const auto found = std::ranges::lower_bound(kKeys, name, {}, &ServiceKey::name);
  return found != kKeys.end() && found->name == name ? &*found : nullptr;
}

void unknown_key(const Node& key, std::span<const std::string_view> known, Report& report) {
  report.error(key.place,
               fmt::format("unknown key {}{}", quote(key.text), suggestion(key.text, known)));
}

}  // namespace my_init::config
