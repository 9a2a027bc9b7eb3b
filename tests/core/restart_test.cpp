#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;
using Times = std::vector<Duration>;

namespace {

/// The service exits again and again, each time after it ran for `life`.
void crash(World& world, std::string_view name, int times, Duration life, int code = 1) {
  for (int round = 0; round < times && world.phase(name) == Phase::running; ++round) {
    if (life > 0s) world.advance(life);
    world.exit(name, code);
    if (world.phase(name) != Phase::backoff) continue;
    world.advance(*world.state(name).deadline - world.now());
  }
}

}  // namespace

TEST_CASE("V1 starts follow the back-off row", "[core][restart]") {
  World world{service("web").backoff(500ms, 2, 4s)};
  world.boot();
  crash(world, "web", 5, 0s);
  CHECK(world.starts("web") == Times{0s, 500ms, 1500ms, 3500ms, 7500ms, 11500ms});
  CHECK(world.state("web").restarts == 5);
  CHECK(world.reported(ReportKind::restart_planned, "web") == 5);
}

TEST_CASE("V1 a run of reset_after begins the row anew", "[core][restart]") {
  World world{service("web").backoff(500ms, 2, 4s)};
  world.boot();
  crash(world, "web", 3, 0s);
  REQUIRE(world.starts("web").back() == 3500ms);
  world.advance(10s);
  crash(world, "web", 2, 0s);
  CHECK(world.starts("web") == Times{0s, 500ms, 1500ms, 3500ms, 14s, 15s});
}

TEST_CASE("a run just short of reset_after goes on in the row", "[core][restart]") {
  World world{service("web").backoff(500ms, 2, 4s)};
  world.boot();
  crash(world, "web", 1, 0s);
  world.advance(10s - 1ns);
  crash(world, "web", 1, 0s);
  CHECK(world.starts("web").back() == 500ms + 10s - 1ns + 1s);
}

TEST_CASE("K10 after a run of reset_after there is no delay where that is asked for",
          "[core][restart]") {
  Define web = service("web").backoff(1s, 1, 1s);
  web.spec().restart_backoff.reset_after = 1s;
  web.spec().restart_backoff.at_once_after_reset = true;
  World world{web};
  world.boot();
  crash(world, "web", 2, 0s);
  crash(world, "web", 1, 1s - 1ns);
  crash(world, "web", 2, 1s);
  crash(world, "web", 1, 0s);
  CHECK(world.starts("web") == Times{0s, 1s, 2s, 4s - 1ns, 5s - 1ns, 6s - 1ns, 7s - 1ns});
}

TEST_CASE("V1 an initial delay of zero restarts at once, always", "[core][restart]") {
  World world{service("web").backoff(0s, 2, 30s)};
  world.boot();
  crash(world, "web", 100, 0s);
  CHECK(world.starts("web") == Times(101, 0s));
}

TEST_CASE("a restart policy decides which ends are followed by a start", "[core][restart]") {
  const auto after = [](RestartMode mode, int code) {
    World world{service("web").restart(mode), service("other")};
    world.boot().exit("web", code);
    return world.phase("web");
  };
  CHECK(after(RestartMode::no, 0) == Phase::completed);
  CHECK(after(RestartMode::no, 1) == Phase::failed);
  CHECK(after(RestartMode::on_failure, 0) == Phase::completed);
  CHECK(after(RestartMode::on_failure, 1) == Phase::backoff);
  CHECK(after(RestartMode::always, 0) == Phase::backoff);
  CHECK(after(RestartMode::always, 1) == Phase::backoff);
  CHECK(after(RestartMode::unless_stopped, 0) == Phase::backoff);
  CHECK(after(RestartMode::unless_stopped, 1) == Phase::backoff);
}

TEST_CASE("success is what success_exit_codes says, never a signal", "[core][restart]") {
  Define web = service("web").restart(RestartMode::on_failure);
  web.spec().success_exit_codes = {3, 15};
  World three{web, service("other")};
  three.boot().exit("web", 3);
  CHECK(three.phase("web") == Phase::completed);
  World zero{web, service("other")};
  zero.boot().exit("web", 0);
  CHECK(zero.phase("web") == Phase::backoff);
  World signal{web, service("other")};
  signal.boot().die("web", 15);
  CHECK(signal.phase("web") == Phase::backoff);
  CHECK(signal.state("web").last_code == 143);
}

TEST_CASE("on-failure:N gives up after N restarts in a row", "[core][restart]") {
  World world{service("web").restart(RestartMode::on_failure, 2), service("other")};
  world.boot();
  crash(world, "web", 10, 0s, 5);
  CHECK(world.phase("web") == Phase::failed);
  CHECK(world.starts("web").size() == 3);
  CHECK(world.reported(ReportKind::limit_reached, "web") == 1);
  world.start("web");
  crash(world, "web", 10, 0s, 5);
  CHECK(world.starts("web").size() == 6);
}

TEST_CASE("on-failure:N counts anew after a long run", "[core][restart]") {
  World world{service("web").restart(RestartMode::on_failure, 2), service("other")};
  world.boot();
  crash(world, "web", 20, 10s);
  CHECK(world.phase("web") == Phase::running);
}

TEST_CASE("V2 a restart limit of 3 in 10 s is used up at the fourth exit", "[core][restart]") {
  World world{service("web").backoff(0s, 1, 0s).limit(3, 10s), service("other")};
  world.boot();
  crash(world, "web", 3, 2s);
  CHECK(world.phase("web") == Phase::running);
  crash(world, "web", 1, 2s);
  CHECK(world.phase("web") == Phase::failed);
  CHECK(world.starts("web").size() == 4);
  CHECK(world.reported(ReportKind::limit_reached, "web") == 1);
  CHECK(world.reported(ReportKind::failed, "web") == 1);
  CHECK(world.stage() == Stage::running);
}

TEST_CASE("V2 the same limit is never used up by an exit every 4 s", "[core][restart]") {
  World world{service("web").backoff(0s, 1, 0s).limit(3, 10s)};
  world.boot();
  crash(world, "web", 50, 4s);
  CHECK(world.phase("web") == Phase::running);
  CHECK(world.state("web").restarts == 50);
}

TEST_CASE("V2 a restart limit can end the container with the last code", "[core][restart]") {
  World world{service("web").backoff(0s, 1, 0s).limit(1, 10s, LimitEnd::shutdown),
              service("other")};
  world.boot();
  crash(world, "web", 2, 0s, 9);
  CHECK(world.exit_code() == 9);
}

TEST_CASE("V2 a restart limit can pause and begin anew", "[core][restart]") {
  World world{service("web").backoff(1s, 2, 8s).limit(2, 60s, LimitEnd::retry_after, 10min),
              service("other")};
  world.boot();
  crash(world, "web", 5, 0s);
  const Duration again = 3s + 10min;
  CHECK(world.starts("web") == Times{0s, 1s, 3s, again, again + 1s, again + 3s});
  CHECK(world.state("web").restarts == 5);
  CHECK(world.reported(ReportKind::limit_reached, "web") == 1);
  CHECK(world.reported(ReportKind::restart_planned, "web") == 5);
}

TEST_CASE("V3 a start after the limit is at once and counts from zero", "[core][restart]") {
  World world{service("web").backoff(1s, 2, 8s).limit(2, 60s), service("other")};
  world.boot();
  crash(world, "web", 3, 0s);
  REQUIRE(world.phase("web") == Phase::failed);
  const Duration now = world.elapsed();
  world.start("web");
  crash(world, "web", 2, 0s);
  CHECK(world.phase("web") == Phase::running);
  CHECK(world.starts("web") == Times{0s, 1s, 3s, now, now + 1s, now + 3s});
}

TEST_CASE("V9 a program that cannot be started fails by the restart policy", "[core][restart]") {
  World once{oneshot("tool"), service("other")};
  once.behaviour("tool").spawn = Behaviour::Spawn::not_found;
  once.boot();
  CHECK(once.phase("tool") == Phase::failed);
  CHECK(once.state("tool").last_code == 127);
  CHECK_FALSE(once.state("tool").last_exit);
  World loop{service("web").backoff(0s, 1, 0s).limit(3, 60s), service("other")};
  loop.behaviour("web").spawn = Behaviour::Spawn::not_found;
  loop.boot().advance(1min);
  CHECK(loop.phase("web") == Phase::failed);
  CHECK(loop.starts("web") == Times{0s, 100ms, 200ms, 300ms});
}

TEST_CASE("V9 a start refused for now is repeated without using up the limit", "[core][restart]") {
  World world{service("web").backoff(1s, 2, 4s).limit(1, 1h).restart(RestartMode::no),
              service("other")};
  world.behaviour("web").spawn = Behaviour::Spawn::refused_for_now;
  world.boot().advance(11s);
  CHECK(world.starts("web") == Times{0s, 1s, 3s, 7s, 11s});
  CHECK(world.state("web").restarts == 0);
  world.behaviour("web").spawn = Behaviour::Spawn::works;
  world.advance(4s);
  CHECK(world.phase("web") == Phase::running);
  world.exit("web", 0);
  CHECK(world.phase("web") == Phase::completed);
}

TEST_CASE("a refused start is never repeated at the speed of fork", "[core][restart]") {
  World world{service("web").backoff(0s, 1, 0s)};
  world.behaviour("web").spawn = Behaviour::Spawn::refused_for_now;
  world.boot().advance(1s);
  CHECK(world.starts("web").size() < 6);
}

TEST_CASE("refused starts count from the first again after a success", "[core][restart]") {
  World world{service("web").backoff(1s, 2, 60s)};
  world.behaviour("web").spawn = Behaviour::Spawn::refused_for_now;
  world.boot().advance(3s);
  world.behaviour("web").spawn = Behaviour::Spawn::works;
  world.advance(4s);
  REQUIRE(world.phase("web") == Phase::running);
  world.advance(10s);
  world.exit("web", 1);
  world.behaviour("web").spawn = Behaviour::Spawn::refused_for_now;
  const Duration now = world.elapsed();
  world.advance(3s);
  CHECK(world.starts("web").back() == now + 2s);
}

TEST_CASE("a start by hand begins a new row of refused starts", "[core][restart]") {
  World world{service("web").backoff(1s, 2, 60s)};
  world.behaviour("web").spawn = Behaviour::Spawn::refused_for_now;
  world.boot().advance(3s);
  world.start("web");
  CHECK(world.starts("web") == Times{0s, 1s, 3s, 3s});
  world.advance(1s);
  CHECK(world.starts("web").size() == 5);
}

TEST_CASE("V21 after a frozen clock an interval fires once", "[core][restart]") {
  World world{service("web").backoff(100ms, 1, 100ms), service("db").backoff(1s, 1, 1s)};
  world.boot();
  world.exit("web", 1);
  world.exit("db", 1);
  world.freeze(10s);
  CHECK(world.starts("web") == Times{0s, 10s});
  CHECK(world.starts("db") == Times{0s, 10s});
}

TEST_CASE("V20 only time that passes moves a deadline", "[core][restart]") {
  World world{service("web").backoff(1s, 1, 1s)};
  world.boot().exit("web", 1);
  const auto deadline = world.supervisor().next_deadline();
  for (int turn = 0; turn < 100; ++turn) world.send(event::TimeAdvanced{});
  CHECK(world.supervisor().next_deadline() == deadline);
  CHECK(world.starts("web").size() == 1);
  world.advance(1s - 1ns);
  CHECK(world.starts("web").size() == 1);
  world.advance(1ns);
  CHECK(world.starts("web").size() == 2);
}
