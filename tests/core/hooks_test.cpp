#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

using News = std::vector<std::string>;

TEST_CASE("hooks run in order around the start and the stop", "[core][hooks]") {
  World world{service("web").hooks({2, 1, 1, 2})};
  world.boot();
  CHECK(world.news() ==
        News{"start web.pre_start", "start web.pre_start/1", "start web", "start web.post_start"});
  CHECK(world.phase("web") == Phase::running);
  world.stop("web");
  CHECK(world.news() ==
        News{"start web.pre_stop", "TERM web", "start web.post_stop", "start web.post_stop/1"});
  CHECK(world.phase("web") == Phase::stopped);
}

TEST_CASE("a pre_start hook that fails is a start that failed", "[core][hooks]") {
  World world{service("web").hooks({2, 0, 0, 1}).restart(RestartMode::no)};
  world.behaviour("web.pre_start").ends_at_once = ExitStatus::exited(3);
  world.boot();
  CHECK(world.news() == News{"start web.pre_start", "TERM everyone", "finish 3"});
  CHECK(world.starts("web").empty());
  CHECK(world.exit_code() == 3);
}

TEST_CASE("a post_start hook begins when the service is ready, and delays running",
          "[core][hooks]") {
  World world{service("web").ready(ReadyWay::notify).hooks({0, 1, 0, 0})};
  world.behaviour("web.post_start").ends_at_once.reset();
  world.boot();
  CHECK(world.starts("web.post_start").empty());
  world.says_ready("web");
  CHECK(world.phase("web") == Phase::starting);
  world.exit("web.post_start", 1);  // is told, and that is all
  CHECK(world.phase("web") == Phase::running);
  CHECK(world.reported(ReportKind::file_failed, "web.post_start") == 1);
}

TEST_CASE("S10 a hook that hangs is killed at its timeout and the stop goes on", "[core][hooks]") {
  World world{service("web").hooks({0, 0, 1, 1}).grace(2s)};
  world.behaviour("web.pre_stop").ends_at_once.reset();
  world.behaviour("web.pre_stop").ignores_stop = true;
  world.behaviour("web.post_stop").ends_at_once.reset();
  world.behaviour("web.post_stop").ignores_stop = true;
  world.boot();
  world.shut_down();
  world.run_to_the_end();
  CHECK(world.exit_code() == 0);
  CHECK(world.elapsed() == 4s);
  CHECK(world.reported(ReportKind::file_timed_out, "web.pre_stop") == 1);
  CHECK(world.reported(ReportKind::file_timed_out, "web.post_stop") == 1);
}

TEST_CASE("a pre_start hook that hangs fails the start at the ready timeout", "[core][hooks]") {
  World world{service("web").hooks({1, 0, 0, 0}).ready(ReadyWay::exec, 5s).backoff(1s, 1, 1s)};
  world.behaviour("web.pre_start").ends_at_once.reset();
  world.boot();
  world.advance(5s);
  CHECK(world.news() == News{"start web.pre_start", "KILL web.pre_start's group"});
  CHECK(world.phase("web") == Phase::backoff);
}

TEST_CASE("a stop while a pre_start hook runs ends the hook and starts nothing", "[core][hooks]") {
  World world{service("web").hooks({1, 0, 1, 1})};
  world.behaviour("web.pre_start").ends_at_once.reset();
  world.boot();
  world.stop("web");
  CHECK(world.news() == News{"start web.pre_start", "TERM web.pre_start's group"});
  CHECK(world.phase("web") == Phase::stopped);
}

TEST_CASE("a crash runs post_stop before the restart, and no pre_stop", "[core][hooks]") {
  World world{service("web").hooks({0, 0, 1, 1}).backoff(1s, 1, 1s)};
  world.boot();
  world.exit("web", 1);
  CHECK(world.news() == News{"start web", "start web.post_stop"});
  CHECK(world.phase("web") == Phase::backoff);
}

TEST_CASE("S9 after the shutdown began nothing is spawned but stop hooks", "[core][hooks]") {
  World world{service("web").hooks({1, 1, 1, 1}), oneshot("job").scheduled(),
              service("slow").hooks({1, 0, 0, 0}), service("crash").backoff(1s, 1, 1s)};
  world.behaviour("slow.pre_start").ends_at_once.reset();
  world.boot();
  world.exit("crash", 1);
  (void)world.news();
  world.shut_down();
  world.is_due("job");
  world.run_to_the_end();
  CHECK(world.news() == News{"TERM slow.pre_start's group", "start web.pre_stop", "TERM web",
                             "start web.post_stop", "TERM everyone", "finish 0"});
}

TEST_CASE("a forced shutdown runs no hooks", "[core][hooks]") {
  World world{service("web").hooks({0, 0, 1, 1})};
  world.behaviour("web.pre_stop").ends_at_once.reset();
  world.boot();
  world.shut_down();
  (void)world.news();
  world.force();
  CHECK(world.starts("web.post_stop").empty());
  CHECK_FALSE(world.alive("web"));
  CHECK_FALSE(world.alive("web.pre_stop"));
}

TEST_CASE("hooks share the shutdown budget with the services", "[core][hooks]") {
  World world({service("web").needs("db").hooks({0, 0, 1, 1}).grace(60s), service("db").grace(2s)},
              {.shutdown_timeout = 8s});
  for (const char* name : {"web.pre_stop", "web.post_stop"}) {
    world.behaviour(name).ends_at_once.reset();
    world.behaviour(name).ignores_stop = true;
  }
  world.behaviour("web").ignores_stop = world.behaviour("db").ignores_stop = true;
  world.boot();
  world.shut_down();
  world.run_to_the_end();
  CHECK(world.exit_code() == 0);
  CHECK(world.elapsed() <= 8s);
  CHECK(world.reported(ReportKind::grace_expired, "db") == 1);  // it got its 2 s
}

TEST_CASE("a reload is the signal, or the command, and never touches the run", "[core][hooks]") {
  World world{service("web")};
  Define with_command = service("app");
  with_command.spec().has_reload_command = true;
  World other{with_command};
  world.behaviour("web").ignores_stop = true;
  world.boot();
  world.reload("web");
  CHECK(world.news() == News{"start web", "HUP web"});
  other.boot();
  other.behaviour("app.reload").ends_at_once.reset();
  other.reload("app");
  other.reload("app");  // one at a time
  CHECK(other.news() == News{"start app", "start app.reload"});
  CHECK(other.phase("app") == Phase::running);
}

TEST_CASE("a scheduled service runs when it is due and waits in between", "[core][schedule]") {
  World world{oneshot("job").scheduled()};
  world.boot();
  CHECK(world.phase("job") == Phase::waiting);
  world.is_due("job");
  CHECK(world.phase("job") == Phase::running);
  world.exit("job", 3);
  CHECK(world.phase("job") == Phase::waiting);
  CHECK(world.reported(ReportKind::failed, "job") == 1);
  world.is_due("job");
  CHECK(world.starts("job").size() == 2);
  world.exit("job", 0);
  world.start("job");  // by hand
  CHECK(world.starts("job").size() == 3);
  world.stop("job");
  world.is_due("job");
  CHECK(world.phase("job") == Phase::stopped);
  CHECK_FALSE(world.exit_code());
}

TEST_CASE("a schedule that comes too early is skipped, queued, or kills", "[core][schedule]") {
  World skip{oneshot("job").scheduled(Overlap::skip)};
  World queue{oneshot("job").scheduled(Overlap::queue)};
  World kill{oneshot("job").scheduled(Overlap::kill)};
  for (World* world : {&skip, &queue, &kill}) {
    world->boot();
    for (int i = 0; i < 3; ++i) world->is_due("job");
  }
  CHECK(skip.reported(ReportKind::schedule_skipped, "job") == 2);
  skip.exit("job", 0);
  CHECK(skip.starts("job").size() == 1);
  queue.exit("job", 0);
  CHECK(queue.starts("job").size() == 2);
  queue.exit("job", 0);
  CHECK(queue.starts("job").size() == 2);
  CHECK(kill.starts("job").size() == 3);
}

TEST_CASE("a scheduled service that is stopped while it is skipped stays so", "[core][schedule]") {
  World world{service("stays"), service("db").disabled(), oneshot("job").scheduled().needs("db")};
  world.boot();
  world.is_due("job");
  CHECK(world.phase("job") == Phase::skipped);
  world.stop("job");
  world.start("db");
  world.is_due("job");
  CHECK(world.phase("job") == Phase::skipped);
  CHECK(world.starts("job").empty());
  world.start("job");
  CHECK(world.starts("job").size() == 1);
}

TEST_CASE("K11 a pre_stop hook that succeeds stands for the stop signal where it may",
          "[core][hooks]") {
  for (const int code : {0, 1}) {
    CAPTURE(code);
    World world{service("web").hooks({0, 0, 1, 0}).grace(2s).stop_by_hook()};
    world.behaviour("web.pre_stop").ends_at_once = ExitStatus::exited(code);
    world.boot();
    static_cast<void>(world.news());
    world.stop("web");
    if (code == 0) {
      CHECK(world.news() == News{"start web.pre_stop"});
      CHECK(world.phase("web") == Phase::stopping);
      world.exit("web", 0);
    } else {
      CHECK(world.news() == News{"start web.pre_stop", "TERM web"});
    }
    CHECK(world.phase("web") == Phase::stopped);
  }
}

TEST_CASE("K11 what does not heed its pre_stop hook is killed after the grace period",
          "[core][hooks]") {
  World world{service("web").hooks({0, 0, 1, 0}).grace(2s).stop_by_hook()};
  world.boot();
  world.stop("web");
  CHECK(world.phase("web") == Phase::stopping);
  world.advance(2s);
  CHECK(world.reported(ReportKind::grace_expired, "web") == 1);
  CHECK(world.phase("web") == Phase::stopped);
}
