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
constexpr std::array<EdgeKind, 5> kEdgeKinds{{{},
                                              {true, Condition::started, true},
                                              {true, Condition::started, false},
                                              {true, Condition::completed, true},
                                              {true, Condition::completed, false}}};
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
            static_cast<char>('a' + state.main_alive + 2 * state.killed)};
    if (state.deadline) append(key, *state.deadline - world.now());
    key += ';';
  }
  for (const Run& run : world.runs())
    if (run.ref.subject.kind != SubjectKind::service) key += run.alive ? 'j' : 'k';
  if (const auto next = world.supervisor().next_deadline()) append(key, *next - world.now());
  return key;
}

/// Walks all orders of events, each state once; how many states there are.
std::size_t explore(World first, int depth, Shutdowns shutdowns) {
  std::unordered_set<std::string> known{key_of(first)};
  std::vector<World> frontier{std::move(first)};
  for (int level = 0; level < depth && !frontier.empty(); ++level) {
    std::vector<World> next;
    for (const World& world : frontier)
      for (const Event& event : possible_events(world, shutdowns)) {
        CAPTURE(level, describe(event));
        World after = world;
        take(after, event);
        if (after.exit_code() || !known.insert(key_of(after)).second) continue;
        after.forget_history();
        check_that_a_shutdown_ends(after);
        next.push_back(std::move(after));
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
