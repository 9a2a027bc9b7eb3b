#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

World booted(World world) {
  world.boot();
  (void)world.news();
  return world;
}

constexpr Settings within(Duration timeout) {
  return {.shutdown_timeout = timeout};
}

}  // namespace

TEST_CASE("S8 a service that ignores SIGTERM leaves its dependency enough time", "[core][budget]") {
  World world({service("db").grace(10s), service("web").needs("db").grace(60s)}, within(8s));
  for (const char* name : {"web", "db"}) world.behaviour(name).ignores_stop = true;
  world = booted(std::move(world));
  world.shut_down();
  world.advance(3875ms);
  CHECK(world.news() == Lines{"TERM web", "KILL web's group", "TERM db"});
  CHECK(world.reported(ReportKind::budget_used_up, "web") == 1);
  world.advance(2s);
  CHECK(world.alive("db"));
  world.exit("db", 0);
  CHECK(world.exit_code() == 0);
  CHECK(world.reported(ReportKind::budget_used_up) == 1);
}

TEST_CASE("S8 a service with a short grace leaves the rest to others", "[core][budget]") {
  World world({service("db").grace(2s), service("web").needs("db").grace(60s)}, within(8s));
  for (const char* name : {"web", "db"}) world.behaviour(name).ignores_stop = true;
  world = booted(std::move(world));
  world.shut_down();
  world.advance(5750ms);
  CHECK(world.news() == Lines{"TERM web", "KILL web's group", "TERM db"});
  world.run_to_the_end();
  CHECK(world.elapsed() == 7750ms);
  CHECK(world.reported(ReportKind::grace_expired, "db") == 1);
}

TEST_CASE("S8 the budget is shared along the chain that needs most", "[core][budget]") {
  World world({service("a").grace(1s), service("b").grace(50s), service("c").needs("b").needs("a"),
               service("lone").grace(60s)},
              within(10s));
  for (const char* name : {"a", "b", "c", "lone"}) world.behaviour(name).ignores_stop = true;
  world = booted(std::move(world));
  world.shut_down();
  world.advance(4875ms);
  CHECK_FALSE(world.alive("c"));
  world.run_to_the_end();
  CHECK(world.elapsed() <= 10s);
  CHECK(world.news() == Lines{"TERM c", "TERM lone", "KILL c's group", "TERM b", "TERM a",
                              "KILL a's group", "KILL lone's group", "KILL b's group",
                              "TERM everyone", "finish 0"});
}

TEST_CASE("S8 hooks and the main command share the budget with services", "[core][budget]") {
  World world({service("web").grace(60s)}, {.main_command = true, .shutdown_timeout = 10s});
  world.set_files(SubjectKind::pre_shutdown_hook, 2);
  world.set_files(SubjectKind::post_shutdown_hook, 2);
  for (const char* name : {"web", "main", "pre/0", "pre/1", "post/0", "post/1"})
    world.behaviour(name).ignores_stop = true;
  world = booted(std::move(world));
  world.shut_down();
  const Duration share = 9750ms / 6;
  for (const char* name : {"pre/0", "pre/1", "main", "web", "post/0", "post/1"}) {
    CAPTURE(name);
    CHECK(world.alive(name));
    world.advance(share);
    CHECK_FALSE(world.alive(name));
  }
  CHECK(world.exit_code() == 137);
}

TEST_CASE("S8 a hook that is quick leaves its share to others", "[core][budget]") {
  World world({service("web").grace(60s)}, within(10s));
  world.set_files(SubjectKind::pre_shutdown_hook, 1);
  world.behaviour("web").ignores_stop = true;
  world = booted(std::move(world));
  world.shut_down();
  world.exit("pre/0", 0);
  world.advance(9750ms);
  CHECK(world.exit_code() == 0);
  CHECK(world.elapsed() == 9750ms);
}

TEST_CASE("S8 a budget without limits of its own parts still holds", "[core][budget]") {
  World world(
      {service("web").grace(1h)},
      {.main_command = true, .process_grace = {}, .everyone_grace = {}, .shutdown_timeout = 10s});
  world.set_files(SubjectKind::post_shutdown_hook, 1);
  world.set_strays();
  for (const char* name : {"web", "main", "post/0"}) world.behaviour(name).ignores_stop = true;
  world.boot().shut_down();
  world.run_to_the_end();
  CHECK(world.exit_code() == 137);
  CHECK(world.elapsed() <= 10s);
}

TEST_CASE("S11 stuck processes do not make the shutdown longer than its budget", "[core][budget]") {
  const auto timeout = GENERATE(0ms, 1ms, 100ms, 1000ms, 8000ms, 60000ms);
  CAPTURE(timeout);
  World world({service("db"), service("app").needs("db"), service("web").needs("app")},
              {.main_command = true, .shutdown_timeout = timeout});
  world.set_files(SubjectKind::pre_shutdown_hook, 2);
  world.set_files(SubjectKind::post_shutdown_hook, 2);
  for (const char* name : {"web", "app", "db", "main", "pre/0", "pre/1", "post/0", "post/1"})
    world.behaviour(name).unkillable = true;
  world.boot().shut_down();
  world.run_to_the_end();
  CHECK(world.exit_code().has_value());
  if (timeout > 0s) CHECK(world.elapsed() <= timeout);
}

TEST_CASE("S11 a process that is killed for the budget gets a moment to go", "[core][budget]") {
  World world = booted(World({service("web").grace(60s)}, within(8s)));
  world.behaviour("web").unkillable = true;
  world.shut_down();
  world.advance(7750ms);
  CHECK(world.reported(ReportKind::stuck) == 0);
  world.advance(1ms);
  world.die("web", SIGKILL);
  CHECK(world.reported(ReportKind::stuck) == 0);
  CHECK(world.exit_code() == 0);
}

TEST_CASE("a service that gets nothing of the budget is told why", "[core][budget]") {
  World world({service("db").grace(5s), service("web").needs("db").grace(60s)}, within(1ns));
  for (const char* name : {"web", "db"}) world.behaviour(name).ignores_stop = true;
  world = booted(std::move(world));
  world.shut_down();
  world.run_to_the_end();
  CHECK(world.reported(ReportKind::budget_used_up) == 2);
}

TEST_CASE("a stop under way is brought nearer by the budget", "[core][budget]") {
  World world = booted(World({service("web").grace(1h)}, within(4s)));
  world.behaviour("web").ignores_stop = true;
  world.stop("web");
  world.advance(1min);
  world.shut_down();
  world.run_to_the_end();
  CHECK(world.elapsed() == 1min + 3750ms);
  CHECK(world.reported(ReportKind::budget_used_up, "web") == 1);
}

TEST_CASE("a hook after a kill is brought nearer by the budget, too", "[core][budget]") {
  World world = booted(World({service("web").grace(1h).hooks({0, 0, 0, 1})}, within(4s)));
  world.behaviour("web").ignores_stop = true;
  world.behaviour("web.post_stop") = {.ignores_stop = true};
  world.stop("web");
  world.advance(1h);
  CHECK(world.news() == Lines{"TERM web", "KILL web's group", "start web.post_stop"});
  world.shut_down();
  world.advance(3750ms);
  CHECK(world.news() == Lines{"KILL web.post_stop's group", "TERM everyone", "finish 0"});
  CHECK(world.reported(ReportKind::stuck) == 0);
  CHECK(world.elapsed() <= 1h + 4s);
}

TEST_CASE("a forced shutdown stays within the budget", "[core][budget]") {
  World world = booted(World({service("web").grace(60s)}, within(4s)));
  world.behaviour("web").unkillable = true;
  world.set_strays();
  world.shut_down();
  world.advance(3700ms);
  world.force();
  world.run_to_the_end();
  CHECK(world.exit_code() == 0);
  CHECK(world.elapsed() == 4s);
}

TEST_CASE("the main command leaves time for the longest chain of services", "[core][budget]") {
  World world({service("quick").grace(0s), service("slow").grace(60s), service("none").grace(0s)},
              {.main_command = true, .shutdown_timeout = 10s});
  world.behaviour("main").ignores_stop = true;
  world = booted(std::move(world));
  world.shut_down();
  world.advance(4875ms);
  CHECK_FALSE(world.alive("main"));
}

TEST_CASE("the grace of the last phase holds within a larger budget", "[core][budget]") {
  World world({service("web")}, {.everyone_grace = 1s, .shutdown_timeout = 1min});
  world.set_strays();
  world.boot().shut_down();
  world.run_to_the_end();
  CHECK(world.elapsed() == 1s);
}
