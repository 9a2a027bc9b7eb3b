#include "my_init/app/next_definitions.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace my_init::app {
namespace {

using core::Phase;

/// Of a definition that makes its process otherwise.
ServiceChange change_in(Phase phase) {
  switch (phase) {
    case Phase::starting:
    case Phase::running:
    case Phase::stopping:
    case Phase::backoff:
    case Phase::completed:
    case Phase::failed:
      return ServiceChange::restarted;
    case Phase::waiting:
    case Phase::stopped:
    case Phase::skipped:
    case Phase::disabled:
    case Phase::removed:
      break;  // there is nothing to restart
  }
  return ServiceChange::updated;
}

}  // namespace

/// By what is named here the rest is a restart: so is a key that nobody has thought of.
bool is_made_alike(const core::ServiceSpec& before, const core::ServiceSpec& after) {
  core::ServiceSpec like = after;
  like.enabled = before.enabled;
  like.depends_on = before.depends_on;
  like.restart = before.restart;
  like.success_exit_codes = before.success_exit_codes;
  like.restart_backoff = before.restart_backoff;
  like.restart_limit = before.restart_limit;
  like.essential = before.essential;
  like.stop_signal = before.stop_signal;
  like.stop_grace_period = before.stop_grace_period;
  like.kill_mode = before.kill_mode;
  like.ready.timeout = before.ready.timeout;
  like.ready.interval = before.ready.interval;
  like.healthcheck = before.healthcheck;
  like.hooks = before.hooks;
  like.pre_stop_may_signal = before.pre_stop_may_signal;
  like.reload_signal = before.reload_signal;
  like.has_reload_command = before.has_reload_command;
  like.scheduled = before.scheduled;
  like.schedule_overlap = before.schedule_overlap;
  return like == before;
}

bool is_made_alike(const config::Execution& before, const config::Execution& after) {
  config::Execution like = after;
  const config::ExecutionDetails& old = *before.details;
  config::ExecutionDetails details = *like.details;
  details.ready = old.ready;
  details.healthcheck = old.healthcheck;
  details.pre_start = old.pre_start;
  details.post_start = old.post_start;
  details.pre_stop = old.pre_stop;
  details.post_stop = old.post_stop;
  details.reload_command = old.reload_command;
  details.schedule = old.schedule;
  like.details.edit() = std::move(details);
  like.output = before.output;
  // The log thread changes what it does with what it reads; what it does not read was inherited.
  const bool both_read =
      before.output_driver != OutputDriver::inherit && after.output_driver != OutputDriver::inherit;
  if (both_read) like.output_driver = before.output_driver;
  return like == before;
}

/// A service as it is to be by all that was told so far.
struct NextDefinitions::Known {
  const core::ServiceSpec* spec = nullptr;
  const config::Execution* execution = nullptr;
  Phase phase = Phase::removed;
  bool wanted = true;
};

NextDefinitions::Known NextDefinitions::known_at(std::uint32_t service,
                                                 const core::Snapshot& seen) const {
  Known known;
  if (service < seen.states->size()) {
    known.phase = (*seen.states)[service].phase;
    known.wanted = (*seen.states)[service].wanted;
    known.spec = &(*seen.specs)[service];
  }
  known.execution = &programs_.services[service];
  if (const auto next = next_.find(service); next != next_.end()) {
    known.spec = &next->second.spec;
    known.execution = &next->second.execution;
  }
  return known;
}

bool NextDefinitions::is_runit(std::uint32_t service) const {
  const auto next = next_.find(service);
  const config::Execution& execution =
      next == next_.end() ? programs_.services[service] : next->second.execution;
  return execution.details->runit.has_value();
}

std::vector<config::ServiceDefinition> NextDefinitions::take_out_clashes(
    std::vector<config::ServiceDefinition>& found) const {
  std::unordered_set<std::string_view> taken;
  for (std::uint32_t place = 0; place < programs_.services.size(); ++place)
    if (!free_.contains(place) && !removed_.contains(place) && !is_runit(place))
      taken.insert(programs_.service_names[place]);
  // A service and its logger go together.
  const auto is_taken = [&](const config::ServiceDefinition& one) {
    const config::RunitPart& part = *one.execution.details->runit;
    std::string_view other = part.logger;
    constexpr std::string_view kEnding = ".log";
    if (part.is_logger) {
      other = one.spec.name;
      other.remove_suffix(kEnding.size());
    }
    return taken.contains(one.spec.name) || taken.contains(other);
  };
  std::vector<config::ServiceDefinition> out;
  std::vector<config::ServiceDefinition> rest;
  for (config::ServiceDefinition& one : found)
    (is_taken(one) ? out : rest).push_back(std::move(one));
  found = std::move(rest);
  return out;
}

NextDefinitions::Plan NextDefinitions::compare(const std::vector<config::ServiceDefinition>& wanted,
                                               const core::Snapshot& seen, Scope scope) const {
  std::unordered_map<std::string_view, std::uint32_t> places;
  const auto end = static_cast<std::uint32_t>(programs_.services.size());
  for (std::uint32_t place = 0; place < end; ++place) {
    const bool is_meant = scope == Scope::all || removed_.contains(place) || is_runit(place);
    if (!free_.contains(place) && is_meant) places.emplace(programs_.service_names[place], place);
  }

  Plan plan;
  std::set<std::uint32_t> free = free_;
  std::uint32_t next_new = end;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const config::ServiceDefinition& after = wanted[i];
    const auto change_to = [&](std::uint32_t place, core::event::Effect effect) {
      plan.event.changes.push_back({ServiceId{place}, after.spec, effect});
      plan.wanted.push_back(i);
    };
    auto found = places.extract(after.spec.name);
    if (found.empty() || removed_.contains(found.mapped())) {
      const bool has_place = !found.empty() || !free.empty();
      const std::uint32_t place = !found.empty() ? found.mapped()
                                  : has_place    ? free.extract(free.begin()).value()
                                                 : next_new++;
      change_to(place, core::event::Effect::restart);
      plan.services.push_back({after.spec.name, ServiceChange::added});
      continue;
    }
    const Known before = known_at(found.mapped(), seen);
    ServiceChange change = ServiceChange::unchanged;
    if (*before.spec != after.spec || *before.execution != after.execution) {
      const bool alike = is_made_alike(*before.spec, after.spec) &&
                         is_made_alike(*before.execution, after.execution);
      change_to(found.mapped(), alike ? core::event::Effect::live : core::event::Effect::restart);
      change = alike || !before.wanted ? ServiceChange::updated : change_in(before.phase);
      if (before.spec->enabled && !after.spec.enabled) change = ServiceChange::stopped;
      if (!before.spec->enabled && after.spec.enabled && !core::is_live(before.phase))
        change = ServiceChange::started;
    }
    plan.services.push_back({after.spec.name, change});
  }
  for (std::uint32_t place = 0; place < end; ++place) {
    const std::string& name = programs_.service_names[place];
    if (free_.contains(place) || removed_.contains(place) || !places.contains(name)) continue;
    plan.event.removed.push_back(ServiceId{place});
    plan.services.push_back({name, ServiceChange::removed});
  }
  return plan;
}

void NextDefinitions::keep(const Plan& plan, std::vector<config::ServiceDefinition> wanted) {
  for (const ServiceId id : plan.event.removed)
    removed_.insert(static_cast<std::uint32_t>(core::index_of(id)));
  for (std::size_t i = 0; i < plan.event.changes.size(); ++i) {
    const auto place = static_cast<std::uint32_t>(core::index_of(plan.event.changes[i].service));
    if (place >= programs_.services.size()) {
      programs_.services.resize(place + 1);
      programs_.service_names.resize(place + 1);
      programs_.asked.resize(place + 1);
    }
    removed_.erase(place);
    free_.erase(place);
    programs_.service_names[place] = plan.event.changes[i].spec.name;
    next_.insert_or_assign(place, std::move(wanted[plan.wanted[i]]));
  }
}

config::Execution NextDefinitions::use(std::uint32_t service) {
  auto next = next_.extract(service);
  if (next.empty()) return programs_.services[service];
  programs_.asked[service] = asked_of(next.mapped().spec);
  return std::exchange(programs_.services[service], std::move(next.mapped().execution));
}

void NextDefinitions::forget(std::uint32_t service) {
  removed_.erase(service);
  next_.erase(service);
  free_.insert(service);
  programs_.services[service] = {};
  programs_.service_names[service].clear();
}

}  // namespace my_init::app
