#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

namespace {

const HealthCheck kCheck{.interval = 10s, .timeout = 5s, .retries = 3};

/// The next check gives this result.
void check(World& world, bool success, Duration interval = 10s) {
  world.behaviour("web.health").ends_at_once = ExitStatus::exited(success ? 0 : 1);
  world.advance(interval);
}

}  // namespace

TEST_CASE("a service with a health check is healthy after its first success", "[core][health]") {
  World world{service("web").check(kCheck), service("ui").needs("web", Condition::healthy)};
  world.boot();
  CHECK(world.state("web").health == Health::starting);
  CHECK(world.phase("ui") == Phase::waiting);
  CHECK(health_of(world.supervisor().snapshot()) == Health::starting);
  world.advance(10s);
  CHECK(world.starts("web.health") == std::vector<Duration>{10s});
  CHECK(world.state("web").health == Health::healthy);
  CHECK(world.phase("ui") == Phase::running);
  CHECK(health_of(world.supervisor().snapshot()) == Health::healthy);
}

TEST_CASE("V18 failures F F S F F F act once, at the sixth", "[core][health]") {
  World world{service("web").check(kCheck)};
  world.boot();
  for (const bool success : {false, false, true, false, false}) check(world, success);
  CHECK(world.reported(ReportKind::unhealthy, "web") == 0);
  check(world, false);
  CHECK(world.reported(ReportKind::unhealthy, "web") == 1);
  CHECK(world.reported(ReportKind::stop_begun, "web") == 1);
  world.advance(1s);
  CHECK(world.starts("web").size() == 2);
}

TEST_CASE("an unhealthy service is told with the limit of a check that hung", "[core][health]") {
  HealthCheck once = kCheck;
  once.retries = 1;
  once.on_failure = OnUnhealthy::none;
  World world{service("web").check(once)};
  world.boot();
  world.behaviour("web.health").ends_at_once.reset();
  world.advance(15s);
  CHECK(world.last_report(ReportKind::unhealthy, "web").probe_limit == 5s);
  check(world, true);
  check(world, false);
  CHECK(world.reported(ReportKind::unhealthy, "web") == 2);
  CHECK(world.last_report(ReportKind::unhealthy, "web").probe == ProbeOutcome::answered);
}

TEST_CASE("a failed health check restarts whatever the policy, and is no crash", "[core][health]") {
  World world{service("web").check(kCheck).restart(RestartMode::no)};
  world.boot();
  for (int i = 0; i < 3; ++i) check(world, false);
  world.advance(1s);
  CHECK(world.phase("web") == Phase::running);
  CHECK(world.reported(ReportKind::exited, "web") == 0);
}

TEST_CASE("on_failure: none only tells, once per edge", "[core][health]") {
  HealthCheck lenient = kCheck;
  lenient.on_failure = OnUnhealthy::none;
  World world{service("web").check(lenient)};
  world.boot();
  for (int i = 0; i < 8; ++i) check(world, false);
  CHECK(world.reported(ReportKind::unhealthy, "web") == 1);
  CHECK(health_of(world.supervisor().snapshot()) == Health::unhealthy);
  check(world, true);
  CHECK(world.state("web").health == Health::healthy);
  for (int i = 0; i < 3; ++i) check(world, false);
  CHECK(world.reported(ReportKind::unhealthy, "web") == 2);
}

TEST_CASE("on_failure: shutdown ends the container", "[core][health]") {
  HealthCheck strict = kCheck;
  strict.retries = 1;
  strict.on_failure = OnUnhealthy::shutdown;
  World world{service("web").check(strict)};
  world.boot();
  check(world, false);
  CHECK(world.exit_code() == 1);
}

TEST_CASE("on_failure: shutdown ends the container before anything else that is overdue",
          "[core][health]") {
  HealthCheck strict = kCheck;
  strict.interval = 1h;
  strict.on_failure = OnUnhealthy::shutdown;
  World world({service("sick").watchdog(1s).check(strict), service("well").check(kCheck)},
              {.main_command = true});
  world.behaviour("main").spawn = Behaviour::Spawn::refused_for_now;
  world.boot();
  static_cast<void>(world.news());
  world.freeze(1min);
  CHECK(world.starts("well.health").empty());
  CHECK(world.starts("main").size() == 1);
  CHECK(world.exit_code() == 1);
}

TEST_CASE("within start_period failures do not count and checks come faster", "[core][health]") {
  HealthCheck slow = kCheck;
  slow.start_period = 5s;
  slow.start_interval = 1s;
  slow.retries = 1;
  World world{service("web").check(slow)};
  world.behaviour("web.health").ends_at_once = ExitStatus::exited(1);
  world.boot();
  world.advance(4s);
  CHECK(world.starts("web.health") == std::vector<Duration>{1s, 2s, 3s, 4s});
  CHECK(world.state("web").health == Health::starting);
  world.behaviour("web.health").ends_at_once = ExitStatus::exited(0);
  world.advance(1s);
  CHECK(world.state("web").health == Health::healthy);
  check(world, false);
  CHECK(world.reported(ReportKind::unhealthy, "web") == 1);
}

TEST_CASE("V17 a check that hangs is killed at its timeout and is one failure", "[core][health]") {
  World world{service("web").check(kCheck)};
  world.behaviour("web.health").ends_at_once.reset();
  world.behaviour("web.health").unkillable = true;
  world.boot();
  world.advance(15s);
  CHECK(world.news() ==
        std::vector<std::string>{"start web", "start web.health", "KILL web.health's group"});
  CHECK(world.state("web").probe_failures == 1);
  world.advance(1h);
  CHECK(world.starts("web.health").size() == 1);  // never two at once
  world.exit("web.health", 0);
  world.advance(10s);
  CHECK(world.starts("web.health").size() == 2);
  CHECK(world.state("web").health == Health::starting);
}

TEST_CASE("V13 a dependent that waits starts when its dependency is healthy again",
          "[core][health]") {
  HealthCheck lenient = kCheck;
  lenient.on_failure = OnUnhealthy::none;
  World world{service("web").check(lenient),
              service("ui").needs("web", Condition::healthy).restart(RestartMode::always)};
  world.boot();
  for (int i = 0; i < 3; ++i) check(world, false);
  CHECK(world.phase("ui") == Phase::waiting);
  check(world, true);
  CHECK(world.phase("ui") == Phase::running);
}

TEST_CASE("restarts by health stay within the restart limit", "[core][health]") {
  HealthCheck strict = kCheck;
  strict.retries = 1;
  World world{service("web").check(strict).limit(2, 10min)};
  world.behaviour("web.health").ends_at_once = ExitStatus::exited(1);
  world.boot();
  world.advance(5min);
  CHECK(world.phase("web") == Phase::failed);
  CHECK(world.starts("web").size() == 3);
}

TEST_CASE("a service that misses its watchdog is restarted", "[core][health]") {
  World world{service("web").ready(ReadyWay::notify).watchdog(3s)};
  world.boot();
  world.says_ready("web");
  for (int i = 0; i < 5; ++i) {
    world.advance(2s);
    world.pings("web");
  }
  CHECK(world.state("web").health == Health::healthy);
  world.advance(3s);
  CHECK(world.reported(ReportKind::watchdog_missed, "web") == 1);
  world.advance(1s);
  CHECK(world.starts("web").size() == 2);
}

TEST_CASE("a service that triggers its watchdog is restarted at once", "[core][health]") {
  World world{service("web").ready(ReadyWay::notify).watchdog(3s)};
  world.boot();
  world.send(event::WatchdogTriggered{world.run("web")});
  CHECK(world.phase("web") == Phase::starting);
  world.says_ready("web");
  world.advance(1s);
  world.send(event::WatchdogTriggered{world.run("web")});
  CHECK(world.reported(ReportKind::watchdog_triggered, "web") == 1);
  CHECK(world.reported(ReportKind::stop_begun, "web") == 1);
  world.advance(1s);
  CHECK(world.starts("web").size() == 2);
}

TEST_CASE("a service that is unhealthy already may trigger its watchdog", "[core][health]") {
  HealthCheck lenient = kCheck;
  lenient.retries = 1;
  lenient.on_failure = OnUnhealthy::none;
  World world{service("web").check(lenient)};
  world.boot();
  check(world, false);
  world.send(event::WatchdogTriggered{world.run("web")});
  CHECK(world.reported(ReportKind::watchdog_triggered, "web") == 0);
}

TEST_CASE("a service changes its watchdog for the rest of its run", "[core][health]") {
  World world{service("web").ready(ReadyWay::notify).watchdog(3s)};
  world.boot();
  world.says_ready("web");
  world.send(event::WatchdogChanged{world.run("web"), 10s});
  world.advance(9s);
  CHECK(world.reported(ReportKind::watchdog_missed, "web") == 0);
  world.advance(1s);
  CHECK(world.last_report(ReportKind::watchdog_missed, "web").delay == 10s);
  world.advance(1s);
  world.says_ready("web");
  world.advance(3s);
  CHECK(world.last_report(ReportKind::watchdog_missed, "web").delay == 3s);
}

TEST_CASE("a service ends its watchdog, and begins one before it is ready", "[core][health]") {
  World world{service("web").ready(ReadyWay::notify).watchdog(3s),
              service("db").ready(ReadyWay::notify)};
  world.boot();
  world.send(event::WatchdogChanged{world.run("db"), 1s});
  world.says_ready("web");
  world.says_ready("db");
  world.send(event::WatchdogChanged{world.run("web"), 0s});
  CHECK(world.state("web").health == Health::none);
  CHECK(world.state("db").health == Health::starting);
  world.advance(1s);
  CHECK(world.reported(ReportKind::watchdog_missed, "db") == 1);
  world.advance(1h);
  CHECK(world.reported(ReportKind::watchdog_missed, "web") == 0);
}

TEST_CASE("nobody asks a service that is being stopped", "[core][health]") {
  World world{service("web").check(kCheck).grace(1h)};
  world.behaviour("web").ignores_stop = true;
  world.behaviour("web.health").ends_at_once.reset();
  world.boot();
  world.advance(10s);
  world.stop("web");
  CHECK(world.news() == std::vector<std::string>{"start web", "start web.health",
                                                 "KILL web.health's group", "TERM web"});
  world.advance(30min);
  CHECK(world.starts("web.health").size() == 1);
  CHECK(world.state("web").health == Health::none);
}
