#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using Times = std::vector<Duration>;

namespace {

/// A booted world whose news so far are read.
World booted(World world) {
  world.boot();
  (void)world.news();
  return world;
}

}  // namespace

TEST_CASE("S1 a service that ignores SIGTERM is killed after its grace period", "[core][stop]") {
  World world{service("web").grace(2s), service("other")};
  world.behaviour("web").ignores_stop = true;
  world = booted(std::move(world));
  world.stop("web");
  CHECK(world.news() == Lines{"TERM web"});
  world.advance(2s - 1ns);
  CHECK(world.news().empty());
  CHECK(world.phase("web") == Phase::stopping);
  world.advance(1ns);
  CHECK(world.news() == Lines{"KILL web's group"});
  CHECK(world.phase("web") == Phase::stopped);
  CHECK(world.reported(ReportKind::grace_expired, "web") == 1);
  CHECK(world.reported(ReportKind::stopped, "web") == 1);
}

TEST_CASE("S4 a stop signal is followed by SIGCONT", "[core][stop]") {
  Supervisor supervisor({.run_startup_files = false});
  (void)supervisor.handle(event::Booted{}, TimePoint{});
  (void)supervisor.handle(event::DefinitionsLoaded{{service("web").spec()}, {}}, TimePoint{});
  std::vector<int> signals;
  for (const Action& action : supervisor.handle(event::StopRequested{ServiceId{0}}, TimePoint{}))
    if (const auto* signal = std::get_if<action::Signal>(&action)) signals.push_back(signal->signo);
  CHECK(signals == std::vector{SIGTERM, SIGCONT});
}

TEST_CASE("S5 a stop before the start is confirmed still stops", "[core][stop]") {
  World world{service("web"), service("other")};
  world.behaviour("web").spawn = Behaviour::Spawn::unanswered;
  world.behaviour("web").ignores_stop = true;
  world = booted(std::move(world));
  world.stop("web");
  CHECK(world.news() == Lines{"TERM web"});
  world.send(event::Started{world.run("web")});
  CHECK(world.phase("web") == Phase::stopping);
  world.die("web", SIGTERM);
  CHECK(world.phase("web") == Phase::stopped);
  world.advance(1h);
  CHECK(world.news().empty());
}

TEST_CASE("a start that fails while it is being stopped is a stop", "[core][stop]") {
  World world{service("web"), service("other")};
  world.behaviour("web") = {.spawn = Behaviour::Spawn::unanswered, .ignores_stop = true};
  world.boot();
  world.stop("web");
  world.send(event::SpawnFailed{world.run("web"), event::Retry::worthwhile, 126});
  CHECK(world.phase("web") == Phase::stopped);
  CHECK_FALSE(world.supervisor().next_deadline());
}

TEST_CASE("each kill mode reaches whom it says", "[core][stop]") {
  const auto stop = [](KillMode mode) {
    World world{service("web").kill_mode(mode).grace(1s), service("other")};
    world.behaviour("web") = {.ignores_stop = true, .leaves_others = true};
    world = booted(std::move(world));
    world.stop("web");
    world.advance(1s);
    return world.news();
  };
  CHECK(stop(KillMode::mixed) == Lines{"TERM web", "KILL web's group"});
  CHECK(stop(KillMode::group) == Lines{"TERM web's group", "KILL web's group"});
  CHECK(stop(KillMode::process) == Lines{"TERM web", "KILL web"});
}

TEST_CASE("what a stopped service leaves behind is swept within the same grace", "[core][stop]") {
  World world{service("web").grace(3s), service("other")};
  world.behaviour("web") = {.ignores_stop = true, .others_ignore_stop = true};
  world = booted(std::move(world));
  world.stop("web");
  world.advance(1s);
  world.exit_leaving_others("web", 0);
  CHECK(world.news() == Lines{"TERM web", "TERM web's others"});
  CHECK(world.phase("web") == Phase::stopping);
  CHECK_FALSE(world.state("web").main_alive);
  world.advance(2s);
  CHECK(world.news() == Lines{"KILL web's others"});
  CHECK(world.phase("web") == Phase::stopped);
}

TEST_CASE("others that show up after SIGKILL get SIGKILL at once", "[core][stop]") {
  World world{service("web").grace(1s), service("other")};
  world.behaviour("web") = {.unkillable = true};
  world = booted(std::move(world));
  world.stop("web");
  world.advance(1s);
  (void)world.news();
  world.behaviour("web") = {};
  world.exit_leaving_others("web", 0);
  CHECK(world.news() == Lines{"KILL web's others"});
  CHECK(world.phase("web") == Phase::stopped);
}

TEST_CASE("S2 a crashed service is swept before it starts again", "[core][stop]") {
  World world{service("web").grace(3s).backoff(100ms, 1, 100ms)};
  world.behaviour("web").others_ignore_stop = true;
  world = booted(std::move(world));
  world.exit_leaving_others("web", 1);
  CHECK(world.news() == Lines{"TERM web's others"});
  CHECK(world.phase("web") == Phase::stopping);
  world.advance(2999ms);
  CHECK(world.news().empty());
  world.advance(1ms);
  CHECK(world.news() == Lines{"KILL web's others", "start web"});
  CHECK(world.reported(ReportKind::sweep_begun, "web") == 1);
}

TEST_CASE("with kill_mode process nothing is swept", "[core][stop]") {
  World world{service("web").kill_mode(KillMode::process).backoff(0s, 1, 0s)};
  world = booted(std::move(world));
  world.exit_leaving_others("web", 1);
  CHECK(world.news() == Lines{"start web"});
}

TEST_CASE("a stop during the sweep after a crash wins over the restart", "[core][stop]") {
  World world{service("web").backoff(0s, 1, 0s), service("other")};
  world.behaviour("web").others_ignore_stop = true;
  world.boot();
  world.exit_leaving_others("web", 1);
  world.stop("web");
  world.others_gone("web");
  CHECK(world.phase("web") == Phase::stopped);
  CHECK(world.starts("web").size() == 1);
}

TEST_CASE("a start during the last sweep begins a new row", "[core][stop]") {
  World world{service("web").backoff(0s, 1, 0s).limit(1, 60s), service("other")};
  world.behaviour("web").others_ignore_stop = true;
  world.boot();
  world.exit("web", 1);
  world.exit_leaving_others("web", 1);
  world.start("web");
  world.others_gone("web");
  REQUIRE(world.phase("web") == Phase::running);
  world.exit("web", 1);
  CHECK(world.phase("web") == Phase::running);
  world.exit("web", 1);
  CHECK(world.phase("web") == Phase::failed);
}

TEST_CASE("V4 a stop in back-off is at once and for good", "[core][stop]") {
  World world{service("web").backoff(5s, 1, 5s), service("other")};
  world.boot().exit("web", 1);
  world.stop("web");
  CHECK(world.phase("web") == Phase::stopped);
  CHECK_FALSE(world.supervisor().next_deadline());
  world.advance(1h);
  CHECK(world.starts("web").size() == 1);
}

TEST_CASE("V5 the later of restart and stop wins", "[core][stop]") {
  World world{service("web"), service("other")};
  world.behaviour("web").ignores_stop = true;
  world.boot();
  world.restart("web");
  world.stop("web");
  world.exit("web", 0);
  CHECK(world.phase("web") == Phase::stopped);
  world.start("web");
  world.stop("web");
  world.restart("web");
  world.exit("web", 0);
  CHECK(world.phase("web") == Phase::running);
  CHECK(world.starts("web").size() == 3);
}

TEST_CASE("V6 many restarts at once are one restart", "[core][stop]") {
  World world{service("web").limit(1, 1h), service("other")};
  world.behaviour("web").ignores_stop = true;
  world = booted(std::move(world));
  for (int round = 0; round < 10; ++round) world.restart("web");
  CHECK(world.news() == Lines{"TERM web"});
  world.exit("web", 0);
  CHECK(world.news() == Lines{"start web"});
  CHECK(world.state("web").restarts == 0);
}

TEST_CASE("a restart of what does not run is a start", "[core][stop]") {
  World world{service("web").backoff(5s, 1, 5s), service("other")};
  world.boot().exit("web", 1);
  world.restart("web");
  CHECK(world.phase("web") == Phase::running);
  world.stop("web");
  world.restart("web");
  CHECK(world.phase("web") == Phase::running);
  CHECK(world.starts("web").size() == 3);
}

TEST_CASE("V7 a start while stopping waits for the old process", "[core][stop]") {
  World world{service("web").grace(5s), service("other")};
  world.behaviour("web").ignores_stop = true;
  world = booted(std::move(world));
  world.stop("web");
  world.start("web");
  CHECK(world.news() == Lines{"TERM web"});
  world.advance(5s);
  CHECK(world.news() == Lines{"KILL web's group", "start web"});
  CHECK(world.starts("web") == Times{0s, 5s});
}

TEST_CASE("V8 stop of a service that never started stops it and skips dependents", "[core][stop]") {
  World world{service("db").grace(2s), service("app").needs("db"), service("other")};
  world.behaviour("db") = {.spawn = Behaviour::Spawn::unanswered, .ignores_stop = true};
  world = booted(std::move(world));
  world.stop("db");
  CHECK(world.phase("app") == Phase::waiting);
  world.advance(2s);
  CHECK(world.news() == Lines{"TERM db", "KILL db's group"});
  CHECK(world.phase("db") == Phase::stopped);
  CHECK(world.phase("app") == Phase::skipped);
}

TEST_CASE("a stop of a waiting service is at once", "[core][stop]") {
  World world{service("db"), service("app").needs("db"), service("web").needs("app")};
  world.behaviour("db").spawn = Behaviour::Spawn::unanswered;
  world.boot();
  world.stop("app");
  CHECK(world.phase("app") == Phase::stopped);
  CHECK(world.phase("web") == Phase::skipped);
  world.send(event::Started{world.run("db")});
  CHECK(world.phase("app") == Phase::stopped);
}

TEST_CASE("a stop of what has ended for good changes nothing", "[core][stop]") {
  World world{oneshot("done"), service("other"), service("off").disabled()};
  world.boot().exit("done", 0);
  world.stop("done");
  world.stop("off");
  CHECK(world.phase("done") == Phase::completed);
  CHECK(world.phase("off") == Phase::disabled);
}

TEST_CASE("a service without grace is killed at once", "[core][stop]") {
  World world{service("web").grace(0s), service("other")};
  world = booted(std::move(world));
  world.stop("web");
  CHECK(world.news() == Lines{"KILL web's group"});
  CHECK(world.reported(ReportKind::grace_expired, "web") == 1);
}

TEST_CASE("a stuck process stays in stopping and is never given a twin", "[core][stop]") {
  World world{service("web").grace(1s), service("other")};
  world.behaviour("web").unkillable = true;
  world = booted(std::move(world));
  world.restart("web");
  world.advance(1h);
  CHECK(world.phase("web") == Phase::stopping);
  CHECK(world.news() == Lines{"TERM web", "KILL web's group"});
  world.die("web", SIGKILL);
  CHECK(world.news() == Lines{"start web"});
}
