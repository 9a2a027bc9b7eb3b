#include <algorithm>
#include <cstdlib>
#include <random>
#include <ranges>
#include <string>

#include "catch.hpp"
#include "steps.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

// Random walks over worlds of up to 30 services. World checks all invariants after every event.
// $MY_INIT_TEST_SEEDS (FIRST-LAST) goes where no walk has been: a failure names its seed.

namespace {

using Dice = std::mt19937;

/// 1 to `last`, or what $MY_INIT_TEST_SEEDS says.
auto seeds(std::uint32_t last) {
  std::uint32_t first = 1;
  if (const char* text = std::getenv("MY_INIT_TEST_SEEDS"); text != nullptr) {
    const std::string range = text;
    const std::size_t dash = range.find('-');
    first = static_cast<std::uint32_t>(std::stoul(range.substr(0, dash)));
    last = static_cast<std::uint32_t>(std::stoul(range.substr(dash + 1)));
  }
  return std::views::iota(first, last + 1);
}

std::uint32_t below(Dice& dice, std::uint32_t limit) {
  return static_cast<std::uint32_t>(dice() % limit);
}

bool chance(Dice& dice, std::uint32_t percent) {
  return below(dice, 100) < percent;
}

template <class T>
T any(Dice& dice, std::initializer_list<T> choices) {
  return choices.begin()[below(dice, static_cast<std::uint32_t>(choices.size()))];
}

/// Readiness, health, hooks, schedules.
void add_features(Define& one, Dice& dice) {
  ServiceSpec& spec = one.spec();
  if (chance(dice, 50))
    one.ready(any(dice, {ReadyWay::notify, ReadyWay::fd, ReadyWay::tcp, ReadyWay::file}),
              any<Duration>(dice, {1s, 60s}), any<Duration>(dice, {1ms, 1s}));
  if (chance(dice, 50))
    one.check({.interval = any<Duration>(dice, {1s, 30s}),
               .timeout = 1s,
               .retries = 1 + below(dice, 2),
               .start_period = any<Duration>(dice, {0s, 5s}),
               .on_failure = any(dice, {OnUnhealthy::restart, OnUnhealthy::restart,
                                        OnUnhealthy::none, OnUnhealthy::shutdown})});
  if (chance(dice, 30)) one.watchdog(2s);
  if (chance(dice, 50)) {
    const auto count = [&] { return static_cast<std::uint16_t>(below(dice, 3)); };
    one.hooks({count(), count(), count(), count()});
  }
  spec.has_reload_command = chance(dice, 30);
  if (chance(dice, 20)) one.type(ServiceType::forking);
  if (spec.type == ServiceType::oneshot && chance(dice, 30))
    one.scheduled(any(dice, {Overlap::skip, Overlap::queue, Overlap::kill}));
}

Define random_service(Dice& dice, std::uint32_t index) {
  Define one("s" + std::to_string(index));
  one.type(chance(dice, 30) ? ServiceType::oneshot : ServiceType::simple)
      .restart(any(dice, {RestartMode::no, RestartMode::always, RestartMode::on_failure,
                          RestartMode::unless_stopped}),
               below(dice, 3))
      .backoff(any<Duration>(dice, {0s, 50ms, 1s}), 2, 4s)
      .grace(any<Duration>(dice, {0s, 100ms, 1s, 10s}))
      .kill_mode(any(dice, {KillMode::mixed, KillMode::group, KillMode::process}));
  if (chance(dice, 30))
    one.limit(1 + below(dice, 3), any<Duration>(dice, {1s, 10s, 1min}),
              any(dice, {LimitEnd::fail, LimitEnd::shutdown, LimitEnd::retry_after}), 2s);
  if (chance(dice, 3)) one.essential();
  if (chance(dice, 10)) one.disabled();
  if (chance(dice, 30)) one.spec().restart_backoff.jitter = 0.5;
  if (chance(dice, 40)) add_features(one, dice);
  for (std::uint32_t edge = below(dice, 4); index > 0 && edge > 0; --edge) {
    const std::string on = "s" + std::to_string(below(dice, index));
    const auto condition = any(
        dice, {Condition::started, Condition::completed, Condition::healthy, Condition::ordered});
    switch (below(dice, 3)) {
      case 0:
        one.prefers(on, condition);
        break;
      case 1:
        one.follows(on, condition);
        break;
      default:
        one.needs(on, condition);
    }
  }
  return one;
}

Settings random_settings(Dice& dice) {
  return {.run_startup_files = chance(dice, 80),
          .run_services = chance(dice, 97),
          .main_command = chance(dice, 30),
          .kill_everyone = chance(dice, 80),
          .process_grace = any<Duration>(dice, {1s, 30s}),
          .everyone_grace = any<Duration>(dice, {0s, 5s}),
          .shutdown_timeout = any<Duration>(dice, {0s, 0s, 1ms, 3s, 1min}),
          .seed = dice()};
}

World random_world(Dice& dice) {
  std::vector<Define> services;
  const std::uint32_t count = below(dice, chance(dice, 20) ? 31 : 8);
  for (std::uint32_t i = 0; i < count; ++i) services.push_back(random_service(dice, i));
  std::ranges::shuffle(services, dice);
  World world(services, random_settings(dice));
  world.decide_by_hand();
  world.set_files(SubjectKind::startup_file, below(dice, 3));
  world.set_files(SubjectKind::pre_shutdown_hook, below(dice, 3));
  world.set_files(SubjectKind::post_shutdown_hook, below(dice, 3));
  if (chance(dice, 20)) world.set_strays();
  return world;
}

/// The definitions are read again: of each service nothing, or something, or all is another one, or
/// it is removed, or one is added.
Event random_change(Dice& dice, const World& world) {
  std::vector<ServiceSpec> specs = world.definitions().coming();
  std::vector<std::string> restarted;
  const auto count = static_cast<std::uint32_t>(specs.size());
  std::erase_if(specs, [&](const ServiceSpec&) { return chance(dice, 10); });
  for (ServiceSpec& spec : specs) {
    const auto number = static_cast<std::uint32_t>(std::stoul(spec.name.substr(1)));
    if (chance(dice, 20)) spec = random_service(dice, number).spec();
    if (chance(dice, 10)) restarted.push_back(spec.name);
  }
  for (std::uint32_t i = 0; i < count + 2; ++i) {
    const bool is_there =
        std::ranges::count(specs, "s" + std::to_string(i), &ServiceSpec::name) > 0;
    if (!is_there && chance(dice, 20)) specs.push_back(random_service(dice, i).spec());
  }
  for (ServiceSpec& spec : specs)
    std::erase_if(spec.depends_on, [&](const Dependency& dependency) {
      return std::ranges::count(specs, dependency.service, &ServiceSpec::name) == 0;
    });
  event::ConfigReplaced event = world.definitions().replacement(specs, restarted);
  event.shutdown_timeout = any<Duration>(dice, {0s, 3s, 1min});
  return event;
}

enum class Changes : std::uint8_t { left_out, included };

/// Mostly what is good for a container, so that walks come far; requests and failures in between.
bool likely(Dice& dice, const Event& event) {
  if (std::holds_alternative<event::Started>(event)) return true;
  if (std::holds_alternative<event::ShutdownRequested>(event)) return chance(dice, 10);
  if (std::holds_alternative<event::ForcedShutdownRequested>(event)) return chance(dice, 10);
  return chance(dice, 50);
}

void walk(World& world, Dice& dice, int steps, Changes changes = Changes::left_out) {
  for (int step = 0; step < steps && !world.exit_code(); ++step) {
    if (changes == Changes::included && chance(dice, 10)) world.send(random_change(dice, world));
    if (world.exit_code()) return;
    const std::vector<Event> events = possible_events(world, Shutdowns::included);
    if (events.empty()) return;
    const Event event = events[below(dice, static_cast<std::uint32_t>(events.size()))];
    if (!likely(dice, event)) continue;
    if (chance(dice, 10)) {
      world.freeze(any<Duration>(dice, {1ns, 10ms, 1s, 1min}));
    } else {
      take(world, event);
    }
    if (step % 16 == 0) world.forget_history();
  }
}

}  // namespace

TEST_CASE("random walks break no invariant and end in a shutdown", "[core][model]") {
  for (const std::uint32_t seed : seeds(2000)) {
    CAPTURE(seed);
    Dice dice(seed);
    World world = random_world(dice);
    world.boot();
    walk(world, dice, 100);
    check_that_a_shutdown_ends(world);
  }
}

TEST_CASE("random walks in a busy container break no invariant", "[core][model]") {
  for (const std::uint32_t seed : seeds(10)) {
    CAPTURE(seed);
    Dice dice(seed);
    std::vector<Define> services;
    for (std::uint32_t i = 0; i < 30; ++i) services.push_back(random_service(dice, i));
    World world(services, {.shutdown_timeout = 20s});
    world.decide_by_hand();
    world.boot();
    for (int round = 0; round < 20 && !world.exit_code(); ++round) {
      walk(world, dice, 50);
      check_that_a_shutdown_ends(world);
    }
  }
}

TEST_CASE("random walks with new definitions at any moment break no invariant", "[core][model]") {
  for (const std::uint32_t seed : seeds(2000)) {
    CAPTURE(seed);
    Dice dice(seed);
    World world = random_world(dice);
    world.boot();
    walk(world, dice, 100, Changes::included);
    check_that_a_shutdown_ends(world);
  }
}

TEST_CASE("random walks with new definitions in a busy container break no invariant",
          "[core][model]") {
  for (const std::uint32_t seed : seeds(10)) {
    CAPTURE(seed);
    Dice dice(seed);
    std::vector<Define> services;
    for (std::uint32_t i = 0; i < 20; ++i) services.push_back(random_service(dice, i));
    World world(services, {.shutdown_timeout = 20s});
    world.decide_by_hand();
    world.boot();
    for (int round = 0; round < 20 && !world.exit_code(); ++round) {
      walk(world, dice, 50, Changes::included);
      check_that_a_shutdown_ends(world);
    }
  }
}
