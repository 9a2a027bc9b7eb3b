#include "steps.hpp"

#include <algorithm>
#include <array>

#include "catch.hpp"

namespace my_init::core {
namespace {

void add_events_of(const Run& run, bool started, std::vector<Event>& events) {
  if (run.end_known) {
    if (!run.others_known_gone) events.emplace_back(event::LeftoversGone{run.ref});
    return;
  }
  if (!started) {
    events.emplace_back(event::Started{run.ref});
    events.emplace_back(event::SpawnFailed{run.ref, event::Retry::pointless, 127});
    events.emplace_back(event::SpawnFailed{run.ref, event::Retry::worthwhile, 126});
    if (run.ref.subject.kind == SubjectKind::service) return;
  }
  events.emplace_back(event::Exited{run.ref, ExitStatus::exited(0)});
  events.emplace_back(event::Exited{run.ref, ExitStatus::signaled(SIGKILL)});
  if (run.ref.subject.kind == SubjectKind::service)
    events.emplace_back(event::Exited{run.ref, ExitStatus::exited(1), event::Leftovers::some});
}

/// What a service that runs may tell, or may be found.
void add_words_of(const Run& run, const ServiceState& state, std::vector<Event>& events) {
  if (state.run != run.ref.run) return;
  if (state.seeking) events.emplace_back(event::DaemonFound{run.ref});
  if (run.end_known) return;
  events.emplace_back(event::Ready{run.ref});
  events.emplace_back(event::SignOfLife{run.ref});
  if (state.watchdog > Duration::zero()) {
    events.emplace_back(event::WatchdogTriggered{run.ref});
    events.emplace_back(event::WatchdogChanged{run.ref, std::chrono::seconds{1}});
  }
  events.emplace_back(event::TimeoutExtended{run.ref, std::chrono::seconds{3}});
}

}  // namespace

std::vector<Event> possible_events(const World& world, Shutdowns shutdowns) {
  std::vector<Event> events;
  const Snapshot seen = world.supervisor().snapshot();
  for (const Run& run : world.runs()) {
    const Subject subject = run.ref.subject;
    const bool is_service = subject.kind == SubjectKind::service;
    const bool started = is_service && ((*seen.states)[subject.index].executed ||
                                        (*seen.states)[subject.index].phase != Phase::starting);
    add_events_of(run, started, events);
    if (is_service && started) add_words_of(run, (*seen.states)[subject.index], events);
  }
  if (world.supervisor().next_deadline()) events.emplace_back(event::TimeAdvanced{});
  for (std::uint32_t i = 0; i < seen.states->size(); ++i) {
    events.emplace_back(event::StartRequested{ServiceId{i}});
    events.emplace_back(event::StopRequested{ServiceId{i}});
    events.emplace_back(event::RestartRequested{ServiceId{i}});
    if ((*seen.specs)[i].scheduled) events.emplace_back(event::ScheduleDue{ServiceId{i}});
    if ((*seen.specs)[i].has_reload_command)
      events.emplace_back(event::ReloadRequested{ServiceId{i}});
  }
  if (shutdowns == Shutdowns::left_out) return events;
  if (seen.stage < Stage::pre_shutdown) {
    events.emplace_back(event::ShutdownRequested{SIGTERM, 0});
  } else {
    events.emplace_back(event::ForcedShutdownRequested{});
  }
  return events;
}

std::vector<Event> possible_changes(const World& world) {
  std::vector<Event> events;
  const Definitions& definitions = world.definitions();
  const std::vector<ServiceSpec> all = definitions.coming();
  if (world.stage() != Stage::running) return events;
  const auto is_needed = [&](const std::string& name) {
    return std::ranges::any_of(all, [&](const ServiceSpec& other) {
      return std::ranges::count(other.depends_on, name, &Dependency::service) > 0;
    });
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<ServiceSpec> some = all;
    some[i].restart.mode =
        all[i].restart.mode == RestartMode::no ? RestartMode::always : RestartMode::no;
    events.emplace_back(definitions.replacement(all, {all[i].name}));
    events.emplace_back(definitions.replacement(some, {}));
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(i));
    if (!is_needed(all[i].name)) events.emplace_back(definitions.replacement(some, {}));
  }
  for (const ServiceSpec& removed : definitions.removed()) {
    const auto is_there = [&](const Dependency& dependency) {
      return std::ranges::count(all, dependency.service, &ServiceSpec::name) > 0;
    };
    if (!std::ranges::all_of(removed.depends_on, is_there)) continue;
    std::vector<ServiceSpec> more = all;
    more.push_back(removed);
    events.emplace_back(definitions.replacement(more, {}));
  }
  return events;
}

void take(World& world, const Event& event) {
  if (std::holds_alternative<event::TimeAdvanced>(event)) {
    if (const auto next = world.supervisor().next_deadline())
      world.freeze(std::max(*next - world.now(), Duration::zero()));
  } else {
    world.send(event);
  }
}

std::string describe(const Event& event) {
  constexpr std::array kNames{"booted",
                              "files_listed",
                              "loaded",
                              "refused",
                              "started",
                              "spawn_failed",
                              "exited",
                              "leftovers_gone",
                              "ready",
                              "daemon_found",
                              "sign_of_life",
                              "watchdog_triggered",
                              "watchdog_changed",
                              "extended",
                              "time",
                              "start",
                              "stop",
                              "restart",
                              "reload",
                              "replaced",
                              "schedule_due",
                              "signal",
                              "shut_down",
                              "force",
                              "everyone_gone"};
  static_assert(kNames.size() == std::variant_size_v<Event>);
  std::string text = kNames[event.index()];
  if (const auto* exited = std::get_if<event::Exited>(&event))
    text += " run " + std::to_string(static_cast<std::uint64_t>(exited->ref.run)) + " with " +
            std::to_string(exited->status.exit_code());
  if (const auto* replaced = std::get_if<event::ConfigReplaced>(&event)) {
    for (const event::DefinitionChange& change : replaced->changes)
      text += " " + change.spec.name + (change.effect == event::Effect::live ? " live" : "");
    for (const ServiceId id : replaced->removed) text += " -" + std::to_string(index_of(id));
  }
  return text;
}

void check_that_a_shutdown_ends(const World& world) {
  if (world.exit_code()) return;
  World obedient = world;
  obedient.everyone_obeys();
  obedient.shut_down();
  obedient.run_to_the_end();
  if (!obedient.exit_code()) FAIL_CHECK("invariant broken: 8: an obeyed shutdown ends");
  World stubborn = world;
  stubborn.shut_down();
  stubborn.run_to_the_end();
  if (!stubborn.exit_code()) FAIL_CHECK("invariant broken: 8: an ignored shutdown ends");
}

}  // namespace my_init::core
