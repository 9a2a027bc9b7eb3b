#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

// New definitions of runs that go on, and of a container that goes down.

using News = std::vector<std::string>;

TEST_CASE("a health check that is added is asked at once", "[core][change][health]") {
  World world{service("db"), service("web").needs("db", Condition::healthy)};
  world.boot();
  static_cast<void>(world.news());
  const Define checked = service("db").check({.interval = 1s, .timeout = 5s});
  world.replace({checked, service("web").needs("db", Condition::healthy)});
  CHECK(world.state("db").health == Health::starting);
  world.advance(1s);
  CHECK(world.news() == News{"start db.health"});
  CHECK(world.state("db").health == Health::healthy);
  world.replace({service("db"), service("web").needs("db", Condition::healthy)});
  CHECK(world.state("db").health == Health::none);
  world.advance(1min);
  CHECK(world.news().empty());
}

TEST_CASE("who waits for health starts when nobody asks any more", "[core][change][health]") {
  World world{service("db").check({.interval = 1h, .timeout = 5s}),
              service("web").needs("db", Condition::healthy)};
  world.boot();
  CHECK(world.phase("web") == Phase::waiting);
  world.replace({service("db"), service("web").needs("db", Condition::healthy)});
  CHECK(world.phase("web") == Phase::running);
}

TEST_CASE("a health check that is asked more often begins now", "[core][change][health]") {
  World world{service("web").check({.interval = 1h, .timeout = 5s})};
  world.boot();
  static_cast<void>(world.news());
  world.replace({service("web").check({.interval = 2s, .timeout = 5s})});
  world.advance(2s);
  CHECK(world.news() == News{"start web.health"});
}

TEST_CASE("a run that is over is not asked by the health check of the next",
          "[core][change][health]") {
  World world{service("db"), service("web").needs("db")};
  world.behaviour("web").ignores_stop = true;
  world.boot();
  const Define checked = service("db").check({.interval = 1s, .timeout = 5s}).hooks({1, 0, 0, 0});
  world.behaviour("db.pre_start") = {};
  world.replace({checked, service("web").needs("db")}, {"db", "web"});
  static_cast<void>(world.news());
  world.exit("db", 0);
  CHECK(world.news() == News{"start db.pre_start"});
  CHECK(world.state("db").health == Health::none);
  world.advance(1s);
  CHECK(world.news().empty());
  CHECK(world.phase("db") == Phase::starting);
}

TEST_CASE("a start that is half done ends by the definition that it began with",
          "[core][change][hooks]") {
  World world{service("web").hooks({2, 0, 0, 0})};
  world.behaviour("web.pre_start") = {};
  world.boot();
  CHECK(world.news() == News{"start web.pre_start"});
  world.replace({service("web").restart(RestartMode::no)});
  CHECK(world.news().empty());
  CHECK(world.state("web").change == ServiceState::Change::adapt);
  world.exit("web.pre_start", 0);
  world.exit("web.pre_start/1", 0);
  CHECK(world.news() == News{"start web.pre_start/1", "start web"});
  CHECK(world.state("web").change == ServiceState::Change::none);
  world.exit("web", 0);
  CHECK(world.phase("web") == Phase::completed);
}

TEST_CASE("a reload that is at work is not changed under its hands", "[core][change][hooks]") {
  Define web = service("web");
  web.spec().has_reload_command = true;
  World world{web};
  world.behaviour("web.reload") = {};
  world.boot();
  world.reload("web");
  world.replace({service("web")});
  CHECK(world.state("web").change == ServiceState::Change::adapt);
  world.exit("web.reload", 0);
  CHECK(world.state("web").change == ServiceState::Change::none);
}

TEST_CASE("a oneshot that gets a schedule waits for its time", "[core][change][schedule]") {
  World world{oneshot("job"), service("other")};
  world.boot();
  world.exit("job", 0);
  CHECK(world.phase("job") == Phase::completed);
  world.replace({oneshot("job").scheduled(), service("other")});
  CHECK(world.phase("job") == Phase::waiting);
  static_cast<void>(world.news());
  world.is_due("job");
  CHECK(world.news() == News{"start job"});
  world.exit("job", 0);
  world.replace({oneshot("job"), service("other")});
  CHECK(world.news() == News{"start job"});
}

TEST_CASE("a new restart limit counts anew", "[core][change]") {
  World world{service("web").limit(2, 1min).backoff(0s, 1, 0s)};
  world.boot();
  world.exit("web", 1);
  world.exit("web", 1);
  world.replace({service("web").limit(1, 1min).backoff(0s, 1, 0s)});
  world.exit("web", 1);
  CHECK(world.phase("web") == Phase::running);
  world.exit("web", 1);
  CHECK(world.phase("web") == Phase::failed);
}

TEST_CASE("on the way down new definitions change nothing", "[core][change][shutdown]") {
  World world{service("web"), service("db")};
  world.behaviour("web").ignores_stop = true;
  world.boot();
  world.shut_down();
  static_cast<void>(world.news());
  world.replace({service("web"), service("more")}, {"web"});
  CHECK(world.news().empty());
  CHECK(world.supervisor().snapshot().states->size() == 2);
}

TEST_CASE("a shutdown during a change starts nothing any more", "[core][change][shutdown]") {
  World world{service("web"), service("db"), service("other")};
  world.behaviour("web").ignores_stop = true;
  world.behaviour("db").ignores_stop = true;
  world.boot();
  world.replace({service("web"), service("other")}, {"web"});
  world.shut_down();
  static_cast<void>(world.news());
  world.exit("web", 0);
  world.exit("db", 0);
  CHECK(world.news() == News{"TERM everyone", "finish 0"});
}

TEST_CASE("a new shutdown_timeout holds for the shutdown", "[core][change][shutdown]") {
  World world({service("web").grace(1min)});
  world.behaviour("web").ignores_stop = true;
  world.boot();
  event::ConfigReplaced event;
  event.shutdown_timeout = 2s;
  world.send(event);
  world.shut_down();
  world.advance(2s);
  CHECK(world.exit_code());
}

TEST_CASE("without its last service the container stays", "[core][change]") {
  World world{service("web")};
  world.boot();
  world.replace({});
  CHECK(world.phase("web") == Phase::removed);
  CHECK(world.stage() == Stage::running);
}
