#include <algorithm>
#include <array>
#include <unordered_set>

#include "catch.hpp"
#include "steps.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

// Every order of events in small worlds, to a depth. World checks all invariants after every event;
// from every state that is reached a shutdown must come to its end.

namespace {

/// One edge of each kind that there is, or none.
struct EdgeKind {
  bool exists = false;
  Condition condition = Condition::started;
  bool required = true;
};
constexpr std::array<EdgeKind, 7> kEdgeKinds{{{},
                                              {true, Condition::started, true},
                                              {true, Condition::started, false},
                                              {true, Condition::completed, true},
                                              {true, Condition::completed, false},
                                              {true, Condition::healthy, true},
                                              {true, Condition::healthy, false}}};
constexpr std::array kModes{RestartMode::no, RestartMode::on_failure, RestartMode::always};

void add_edge(Define& from, const char* on, const EdgeKind& kind) {
  if (!kind.exists) return;
  kind.required ? from.needs(on, kind.condition) : from.prefers(on, kind.condition);
}

Define small(const char* name, std::size_t mode) {
  Define one = service(name).restart(kModes[mode % kModes.size()]).backoff(1s, 1, 1s).grace(1s);
  if (mode % kModes.size() == 0) one.type(ServiceType::oneshot);
  return one;
}

World booted(const std::vector<Define>& services, Settings settings) {
  World world(services, settings);
  world.decide_by_hand();
  world.set_files(SubjectKind::pre_shutdown_hook, 1);
  world.boot();
  return world;
}

void append(std::string& key, Duration length) {
  key += std::to_string(std::max<Duration::rep>(length.count(), -1)) + ",";
}

/// What decides about all that can follow: equal keys need to be walked from once only.
std::string key_of(const World& world) {
  const Snapshot seen = world.supervisor().snapshot();
  std::string key(1, static_cast<char>('a' + static_cast<int>(seen.stage)));
  for (const ServiceState& state : *seen.states) {
    key += {static_cast<char>('a' + static_cast<int>(state.phase)),
            static_cast<char>('a' + static_cast<int>(state.then)),
            static_cast<char>('a' + static_cast<int>(state.health)),
            static_cast<char>('a' + static_cast<int>(state.change)),
            static_cast<char>('a' + state.pre_stop_next),
            static_cast<char>('a' + state.post_stop_next)};
    for (const bool flag :
         {state.main_alive, state.others, state.killed, state.executed, state.seeking, state.sought,
          state.ready, state.signalled, state.swept, state.squeezed, state.due, state.due_again,
          state.succeeded_before, state.hook.killed, state.probe.killed, state.probe.alive()})
      key += flag ? '1' : '0';
    if (state.hook.alive())
      key += static_cast<char>('a' + static_cast<int>(state.hook.ref.subject.kind));
    append(key, Duration{state.probe_failures});
    append(key, state.watchdog);
    for (const TimePoint due : {state.dues.phase, state.dues.hook, state.dues.probe,
                                state.dues.ready, state.dues.watchdog})
      append(key, due == kNever ? Duration{-1} : due - world.now());
    key += ';';
  }
  // Without changes all of these stay the same.
  for (const ServiceSpec& spec : *seen.specs)
    key += std::to_string(static_cast<int>(spec.restart.mode));
  for (const ServiceSpec& spec : world.definitions().coming())
    key += spec.name + std::to_string(static_cast<int>(spec.restart.mode));
  for (const Run& run : world.runs())
    if (run.ref.subject.kind != SubjectKind::service) key += run.alive ? 'j' : 'k';
  if (const auto next = world.supervisor().next_deadline()) append(key, *next - world.now());
  return key;
}

enum class Changes : std::uint8_t { left_out, included };

/// Walks all orders of events, each state once; how many states there are.
std::size_t explore(World first, int depth, Shutdowns shutdowns,
                    Changes changes = Changes::left_out) {
  std::unordered_set<std::string> known{key_of(first)};
  std::vector<World> frontier{std::move(first)};
  for (int level = 0; level < depth && !frontier.empty(); ++level) {
    std::vector<World> next;
    for (const World& world : frontier) {
      std::vector<Event> events = possible_events(world, shutdowns);
      if (changes == Changes::included)
        for (Event& change : possible_changes(world)) events.push_back(std::move(change));
      for (const Event& event : events) {
        CAPTURE(level, describe(event));
        World after = world;
        take(after, event);
        if (after.exit_code() || !known.insert(key_of(after)).second) continue;
        after.forget_history();
        check_that_a_shutdown_ends(after);
        next.push_back(std::move(after));
      }
    }
    frontier = std::move(next);
  }
  return known.size();
}

}  // namespace

TEST_CASE("every order of events in worlds of one service", "[core][model]") {
  for (std::size_t mode = 0; mode < kModes.size(); ++mode) {
    CAPTURE(mode);
    CHECK(explore(booted({small("a", mode)}, {}), 30, Shutdowns::included) > 20);
    CHECK(explore(booted({small("a", mode).essential()}, {.main_command = true}), 30,
                  Shutdowns::included) > 20);
  }
}

TEST_CASE("every order of events for each feature of one service", "[core][model]") {
  const HealthCheck often{.interval = 2s, .timeout = 1s, .retries = 2};
  HealthCheck once = often;
  once.retries = 1;
  once.on_failure = OnUnhealthy::shutdown;
  const std::vector<Define> services{
      small("a", 2).ready(ReadyWay::notify, 3s),
      small("a", 1).ready(ReadyWay::tcp, 3s, 2s),
      small("a", 2).check(often),
      small("a", 2).check(once),
      small("a", 2).ready(ReadyWay::notify, 3s).watchdog(2s),
      small("a", 2).hooks({1, 0, 1, 0}),
      small("a", 1).hooks({0, 1, 0, 1}),
      small("a", 2).type(ServiceType::forking).ready(ReadyWay::exec, 3s, 2s),
      small("a", 0).scheduled(Overlap::skip),
      small("a", 0).scheduled(Overlap::queue),
      small("a", 1).type(ServiceType::oneshot).scheduled(Overlap::kill),
  };
  for (std::size_t i = 0; i < services.size(); ++i) {
    CAPTURE(i);
    CHECK(explore(booted({services[i]}, {}), 6, Shutdowns::included) > 20);
    CHECK(explore(booted({services[i]}, {.kill_everyone = false, .shutdown_timeout = 2s}), 5,
                  Shutdowns::included) > 20);
  }
}

TEST_CASE("every order of events in worlds of two services", "[core][model]") {
  for (std::size_t edge = 0; edge < kEdgeKinds.size(); ++edge)
    for (std::size_t mode = 0; mode < kModes.size() * kModes.size(); ++mode) {
      CAPTURE(edge, mode);
      Define b = small("b", mode / kModes.size());
      add_edge(b, "a", kEdgeKinds[edge]);
      CHECK(explore(booted({small("a", mode), b}, {}), 4, Shutdowns::included) > 50);
    }
}

TEST_CASE("every order of events in worlds of three services", "[core][model]") {
  constexpr std::size_t kKinds = kEdgeKinds.size();
  std::size_t states = 0;
  for (std::size_t edges = 0; edges < kKinds * kKinds * kKinds; ++edges) {
    CAPTURE(edges);
    Define b = small("b", edges + 1);
    Define c = small("c", edges + 2);
    add_edge(b, "a", kEdgeKinds[edges % kKinds]);
    add_edge(c, "a", kEdgeKinds[edges / kKinds % kKinds]);
    add_edge(c, "b", kEdgeKinds[edges / kKinds / kKinds]);
    states += explore(booted({small("a", edges), b, c}, {}), 2, Shutdowns::left_out);
  }
  CHECK(states > 1000);
}

TEST_CASE("every order of events and new definitions of one service", "[core][model]") {
  const HealthCheck check{.interval = 2s, .timeout = 1s, .retries = 1};
  const std::vector<Define> services{
      small("a", 0),
      small("a", 1),
      small("a", 2).essential(),
      small("a", 2).check(check),
      small("a", 2).hooks({1, 1, 1, 1}),
      small("a", 2).type(ServiceType::forking).ready(ReadyWay::tcp, 3s, 2s),
      small("a", 0).scheduled(Overlap::queue),
      small("a", 2).disabled(),
  };
  for (std::size_t i = 0; i < services.size(); ++i) {
    CAPTURE(i);
    CHECK(explore(booted({services[i]}, {}), 5, Shutdowns::included, Changes::included) > 50);
  }
}

TEST_CASE("every order of events and new definitions of two services", "[core][model]") {
  for (std::size_t edge = 0; edge < kEdgeKinds.size(); ++edge) {
    CAPTURE(edge);
    Define b = small("b", edge + 1);
    add_edge(b, "a", kEdgeKinds[edge]);
    CHECK(explore(booted({small("a", edge), b}, {}), 4, Shutdowns::left_out, Changes::included) >
          50);
  }
}
