#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

// The definitions are read again while services run.

using News = std::vector<std::string>;

namespace {

World booted(std::initializer_list<Define> services, Settings settings = {}) {
  World world(services, settings);
  world.boot();
  static_cast<void>(world.news());
  return world;
}

std::size_t places(const World& world) {
  return world.supervisor().snapshot().states->size();
}

}  // namespace

TEST_CASE("the same definitions again change nothing", "[core][change]") {
  World world = booted({service("db"), service("web").needs("db")});
  world.replace({service("db"), service("web").needs("db")});
  CHECK(world.news().empty());
}

TEST_CASE("another restart policy counts for the next end and restarts nothing", "[core][change]") {
  World world = booted({service("web")});
  world.replace({service("web").restart(RestartMode::no)});
  CHECK(world.news().empty());
  world.exit("web", 0);
  CHECK(world.phase("web") == Phase::completed);
}

TEST_CASE("what is made otherwise is restarted, and nothing else", "[core][change]") {
  World world = booted({service("db"), service("web").needs("db")});
  world.replace({service("db"), service("web").needs("db")}, {"db"});
  CHECK(world.news() == News{"TERM db", "start db"});
  CHECK(world.state("db").restarts == 0);
  CHECK(world.phase("web") == Phase::running);
}

TEST_CASE("a dependent that follows is restarted with what was changed", "[core][change]") {
  World world = booted({service("db"), service("web").follows("db")});
  world.replace({service("db"), service("web").follows("db")}, {"db"});
  CHECK(world.news() == News{"TERM db", "start db", "TERM web", "start web"});
}

TEST_CASE("a changed service is stopped by its old definition", "[core][change]") {
  Define old = service("web").hooks({0, 0, 0, 1});
  old.spec().stop_signal = SIGQUIT;
  World world = booted({old});
  world.replace({service("web").hooks({1, 0, 0, 0})}, {"web"});
  CHECK(world.news() ==
        News{"QUIT web", "start web.post_stop", "start web.pre_start", "start web"});
  world.stop("web");
  CHECK(world.news() == News{"TERM web"});
}

TEST_CASE("changed services stop and start in the order of their dependencies", "[core][change]") {
  World world = booted({service("db"), service("web").needs("db")});
  world.behaviour("web").ignores_stop = true;
  world.replace({service("db"), service("web").needs("db")}, {"db", "web"});
  CHECK(world.news() == News{"TERM web"});
  world.exit("web", 0);
  CHECK(world.news() == News{"TERM db", "start db", "start web"});
}

TEST_CASE("a removed service is stopped with its hooks and vanishes", "[core][change]") {
  World world = booted({service("web").hooks({0, 0, 1, 1}), service("db")});
  world.replace({service("db")});
  CHECK(world.news() == News{"start web.pre_stop", "TERM web", "start web.post_stop"});
  CHECK(world.phase("web") == Phase::removed);
  world.start("web");
  world.restart("web");
  CHECK(world.news().empty());
  CHECK(world.stage() == Stage::running);
}

TEST_CASE("removed services are stopped in order", "[core][change]") {
  World world = booted({service("db"), service("web").needs("db"), service("other")});
  world.behaviour("web").ignores_stop = true;
  world.replace({service("other")});
  CHECK(world.news() == News{"TERM web"});
  world.exit("web", 1);
  CHECK(world.news() == News{"TERM db"});
  CHECK(world.phase("db") == Phase::removed);
  CHECK(world.alive("other"));
}

TEST_CASE("a removed service whose end is waited for is not restarted", "[core][change]") {
  World world = booted({service("db").limit(1, 1min, LimitEnd::shutdown).essential(),
                        service("web").needs("db"), service("other")});
  world.behaviour("web").ignores_stop = true;
  world.replace({service("other")});
  world.exit("db", 1);
  CHECK(world.phase("db") == Phase::removed);
  CHECK(world.reported(ReportKind::restart_planned) == 0);
  CHECK(world.stage() == Stage::running);
}

TEST_CASE("an added service starts when its dependency holds", "[core][change]") {
  World world = booted({service("other")});
  world.replace({service("web").needs("db", Condition::healthy),
                 service("db").ready(ReadyWay::notify), service("other")});
  CHECK(world.news() == News{"start db"});
  CHECK(world.phase("web") == Phase::waiting);
  world.says_ready("db");
  CHECK(world.news() == News{"start web"});
}

TEST_CASE("an added service that is not enabled is not started", "[core][change]") {
  World world = booted({service("web")});
  world.replace({service("web"), service("tool").disabled()});
  CHECK(world.news().empty());
  CHECK(world.phase("tool") == Phase::disabled);
  world.start("tool");
  CHECK(world.news() == News{"start tool"});
}

TEST_CASE("the place of a service that is gone is used again", "[core][change]") {
  World world = booted({service("web"), service("other")});
  const RunRef old = world.run("web");
  for (int round = 0; round < 100; ++round) {
    world.replace({service("other")});
    world.replace({service("other"), service("job" + std::to_string(round))});
  }
  CHECK(places(world) == 2);
  world.send(event::Exited{old, ExitStatus::exited(1)});
  CHECK(world.phase("job99") == Phase::running);
}

TEST_CASE("one that is removed keeps its place while a probe of it lives", "[core][change]") {
  World world = booted({service("web").check({.interval = 1s, .timeout = 5s}), service("other")});
  world.behaviour("web.health") = {.unkillable = true};
  world.advance(1s);
  world.replace({service("other")});
  CHECK(world.phase("web") == Phase::stopped);
  world.start("web");
  CHECK(world.phase("web") == Phase::stopped);
  world.exit("web.health", 0);
  CHECK(world.phase("web") == Phase::removed);
}

TEST_CASE("a service that was removed and comes back is started after its stop", "[core][change]") {
  World world = booted({service("web"), service("other")});
  world.behaviour("web").ignores_stop = true;
  world.replace({service("other")});
  world.replace({service("other"), service("web")});
  CHECK(world.news() == News{"TERM web"});
  world.exit("web", 0);
  CHECK(world.news() == News{"start web"});
  CHECK(places(world) == 2);
}

TEST_CASE("in back-off a service made otherwise starts at once", "[core][change]") {
  World world = booted({service("web").backoff(10s, 2, 60s)});
  world.exit("web", 1);
  CHECK(world.phase("web") == Phase::backoff);
  SECTION("made otherwise") {
    world.replace({service("web").backoff(10s, 2, 60s)}, {"web"});
    CHECK(world.phase("web") == Phase::running);
    CHECK(world.state("web").step == 0);
  }
  SECTION("another policy keeps the time") {
    world.replace({service("web").backoff(1s, 2, 60s)});
    CHECK(world.phase("web") == Phase::backoff);
    world.advance(10s);
    CHECK(world.phase("web") == Phase::running);
  }
  SECTION("removed") {
    world.replace({});
    CHECK(world.phase("web") == Phase::removed);
    CHECK(!world.supervisor().next_deadline());
  }
}

TEST_CASE("a service that was stopped by hand stays so by its new definition", "[core][change]") {
  World world = booted({service("web"), service("other")});
  world.behaviour("web").ignores_stop = true;
  world.stop("web");
  Define other = service("web");
  other.spec().stop_signal = SIGINT;
  world.replace({other, service("other")}, {"web"});
  world.exit("web", 0);
  CHECK(world.phase("web") == Phase::stopped);
  static_cast<void>(world.news());
  world.start("web");
  world.stop("web");
  CHECK(world.news() == News{"start web", "INT web"});
}

TEST_CASE("a service that waits starts when it needs that dependency no more", "[core][change]") {
  World world = booted(
      {service("db").ready(ReadyWay::notify), service("web").needs("db", Condition::healthy)});
  CHECK(world.phase("web") == Phase::waiting);
  SECTION("not needed any more") {
    world.replace({service("db").ready(ReadyWay::notify), service("web")});
    CHECK(world.news() == News{"start web"});
  }
  SECTION("not there any more") {
    world.replace({service("web")});
    CHECK(world.news() == News{"TERM db", "start web"});
  }
  SECTION("made otherwise while it waits") {
    world.replace(
        {service("db").ready(ReadyWay::notify), service("web").needs("db", Condition::healthy)},
        {"web"});
    CHECK(world.news().empty());
  }
}

TEST_CASE("a service that waits for its one start needs that dependency no more",
          "[core][change]") {
  World world = booted({service("db").ready(ReadyWay::notify),
                        service("web").disabled().needs("db", Condition::healthy)});
  world.send(event::StartRequested{ServiceId{1}, true});
  CHECK(world.phase("web") == Phase::waiting);
  world.replace({service("db").ready(ReadyWay::notify), service("web").disabled()});
  CHECK(world.phase("web") == Phase::running);
}

TEST_CASE("a service that has failed starts by its new definition", "[core][change]") {
  World world = booted({service("web").restart(RestartMode::no), service("other")});
  world.exit("web", 3);
  CHECK(world.phase("web") == Phase::failed);
  SECTION("made otherwise") {
    world.replace({service("web").restart(RestartMode::no), service("other")}, {"web"});
    CHECK(world.phase("web") == Phase::running);
  }
  SECTION("another policy") {
    world.replace({service("web"), service("other")});
    CHECK(world.phase("web") == Phase::failed);
  }
}

TEST_CASE("enabled can be changed, too", "[core][change]") {
  World world = booted({service("web"), service("tool").disabled()});
  world.replace({service("web").disabled(), service("tool")});
  CHECK(world.news() == News{"TERM web", "start tool"});
  CHECK(world.phase("web") == Phase::disabled);
  world.replace({service("web"), service("tool")});
  CHECK(world.news() == News{"start web"});
}

TEST_CASE("services that have blamed each other in turn are no endless circle", "[core][change]") {
  World world = booted({service("a").needs("b"), service("b").disabled(), service("other")});
  world.stop("a");
  world.replace({service("a"), service("b").needs("a").essential(), service("other")});
  CHECK(world.phase("b") == Phase::skipped);
}
