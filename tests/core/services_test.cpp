#include "my_init/core/services.hpp"

#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using Times = std::vector<Duration>;

TEST_CASE("services start in the order of their dependencies", "[core][start]") {
  World world{service("web").needs("app"), service("app").needs("db"), service("db")};
  world.behaviour("app").spawn = Behaviour::Spawn::unanswered;
  world.boot();
  CHECK(world.news() == Lines{"start db", "start app"});
  CHECK(world.phase("web") == Phase::waiting);
  CHECK(world.state("web").blamed == ServiceId{1});
  world.send(event::Started{world.run("app")});
  CHECK(world.news() == Lines{"start web"});
  CHECK(world.phase("web") == Phase::running);
}

TEST_CASE("a dependent of a completed oneshot waits for its success", "[core][start]") {
  World world{oneshot("migrate"), service("app").needs("migrate", Condition::completed)};
  world.boot();
  CHECK(world.phase("app") == Phase::waiting);
  world.exit("migrate", 0);
  CHECK(world.phase("migrate") == Phase::completed);
  CHECK(world.phase("app") == Phase::running);
}

TEST_CASE("a completed oneshot counts as started for a later dependent", "[core][start]") {
  World world{oneshot("setup"), oneshot("slow"),
              service("app").needs("setup").needs("slow", Condition::completed)};
  world.boot();
  world.exit("setup", 0);
  CHECK(world.phase("app") == Phase::waiting);
  world.exit("slow", 0);
  CHECK(world.phase("app") == Phase::running);
}

TEST_CASE("K11 a dependency that only orders is never waited for", "[core][start]") {
  World world{service("web").prefers("log", Condition::ordered), service("log")};
  world.behaviour("log").spawn = Behaviour::Spawn::not_found;
  world.behaviour("web").ignores_stop = true;
  world.boot();
  CHECK(world.news() == Lines{"start log", "start web"});
  CHECK(world.phase("web") == Phase::running);
  world.behaviour("log").spawn = Behaviour::Spawn::works;
  world.start("log");
  CHECK(world.news() == Lines{"start log"});
  world.shut_down();
  CHECK(world.news() == Lines{"TERM web"});
  world.exit("web", 0);
  CHECK(world.news() == Lines{"TERM log", "TERM everyone", "finish 0"});
}

TEST_CASE("V10 a hard dependency that failed for good skips its dependents", "[core][start]") {
  World world{oneshot("migrate"), service("app").needs("migrate", Condition::completed),
              service("web").needs("app"), service("other")};
  world.boot();
  world.exit("migrate", 3);
  CHECK(world.phase("migrate") == Phase::failed);
  CHECK(world.phase("app") == Phase::skipped);
  CHECK(world.state("app").blamed == ServiceId{0});
  CHECK(world.phase("web") == Phase::skipped);
  CHECK(world.state("web").blamed == ServiceId{1});
  CHECK(world.reported(ReportKind::skipped) == 2);
  CHECK(world.phase("other") == Phase::running);
}

TEST_CASE("V10 a soft dependency never makes its dependent wait for ever", "[core][start]") {
  World world{oneshot("a"), service("b").disabled(), service("c"),
              service("app").prefers("a", Condition::completed).prefers("b").prefers("c"),
              service("hopeful").prefers("c", Condition::healthy)};
  world.behaviour("c").spawn = Behaviour::Spawn::unanswered;
  world.boot();
  CHECK(world.phase("b") == Phase::disabled);
  CHECK(world.phase("app") == Phase::waiting);
  world.exit("a", 1);
  CHECK(world.phase("app") == Phase::waiting);
  world.stop("c");
  world.exit("c", 0);
  CHECK(world.phase("app") == Phase::running);
  CHECK(world.phase("hopeful") == Phase::running);
}

TEST_CASE("a service without a health check is healthy when it runs", "[core][start]") {
  World world{service("db"), service("app").needs("db", Condition::healthy), oneshot("once"),
              service("late").needs("once", Condition::healthy).needs("slow"), service("slow")};
  world.behaviour("slow").spawn = Behaviour::Spawn::unanswered;
  world.boot();
  CHECK(world.phase("app") == Phase::running);
  world.exit("once", 0);
  CHECK(world.phase("late") == Phase::skipped);
}

TEST_CASE("a disabled service is started by hand only, and skips what needs it", "[core][start]") {
  World world{service("debug").disabled(), service("tool").needs("debug"), service("web")};
  world.boot();
  CHECK(world.phase("debug") == Phase::disabled);
  CHECK(world.phase("tool") == Phase::skipped);
  world.start("debug");
  CHECK(world.phase("debug") == Phase::running);
  CHECK(world.phase("tool") == Phase::skipped);
  world.start("tool");
  CHECK(world.phase("tool") == Phase::running);
}

TEST_CASE("a started service waits again for a dependency that is on its way", "[core][start]") {
  World world{service("db"), service("app").needs("db"), service("other")};
  world.boot();
  world.stop("app");
  CHECK(world.phase("app") == Phase::stopped);
  world.die("db", SIGSEGV);
  world.start("app");
  CHECK(world.phase("app") == Phase::waiting);
  world.advance(100ms);
  CHECK(world.phase("db") == Phase::running);
  CHECK(world.phase("app") == Phase::running);
}

TEST_CASE("a start of what a stopped service needs is not forgotten", "[core][start]") {
  World world{service("db"), service("app").needs("db"), service("other")};
  world.boot();
  world.stop("app");
  world.stop("db");
  world.start("app");
  CHECK(world.phase("app") == Phase::skipped);
  world.start("db");
  world.start("app");
  CHECK(world.phase("app") == Phase::running);
}

TEST_CASE("news of an older run, or of no service, changes nothing", "[core][start]") {
  World world{service("web")};
  world.boot();
  const RunRef old = world.run("web");
  world.die("web", SIGKILL);
  world.advance(100ms);
  REQUIRE(world.phase("web") == Phase::running);
  world.send(event::Exited{old, ExitStatus::exited(0)});
  world.send(event::Started{old});
  world.send(event::SpawnFailed{old});
  world.send(event::LeftoversGone{old});
  world.send(event::LeftoversGone{world.run("web")});
  world.send(event::Started{world.run("web")});
  world.send(event::Exited{{RunId{2}, {SubjectKind::service, 7}}, ExitStatus::exited(0)});
  world.send(event::Exited{{RunId{2}, {SubjectKind::main_command, 0}}, ExitStatus::exited(0)});
  CHECK(world.phase("web") == Phase::running);
  CHECK(world.state("web").restarts == 1);
}

TEST_CASE("requests for a service that does not exist change nothing", "[core][start]") {
  Supervisor supervisor({});
  for (const Event& event :
       {Event{event::StartRequested{ServiceId{3}}}, Event{event::StopRequested{ServiceId{3}}},
        Event{event::RestartRequested{ServiceId{3}}}})
    CHECK(supervisor.handle(event, TimePoint{}).empty());
}

TEST_CASE("V11 independent oneshots run side by side, a chain one after another", "[core][start]") {
  World world{oneshot("a"),
              oneshot("b"),
              oneshot("c"),
              oneshot("first"),
              oneshot("second").needs("first", Condition::completed),
              oneshot("third").needs("second", Condition::completed)};
  world.boot();
  for (const char* round : {"first", "second", "third"}) {
    world.advance(1s);
    if (std::string_view(round) == "first")
      for (const char* name : {"a", "b", "c"}) world.exit(name, 0);
    world.exit(round, 0);
  }
  CHECK(world.starts("a") == Times{0s});
  CHECK(world.starts("c") == Times{0s});
  CHECK(world.starts("second") == Times{1s});
  CHECK(world.starts("third") == Times{2s});
  CHECK(world.elapsed() == 3s);
  CHECK(world.exit_code() == 0);
}
