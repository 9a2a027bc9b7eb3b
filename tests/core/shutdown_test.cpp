#include "catch.hpp"
#include "my_init/core/supervisor.hpp"
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

World with_hooks(Settings settings = {}) {
  World world({service("web")}, settings);
  world.set_files(SubjectKind::pre_shutdown_hook, 1);
  world.set_files(SubjectKind::post_shutdown_hook, 1);
  return world;
}

}  // namespace

TEST_CASE("L4 SIGTERM stops in order and ends with the code that was asked for", "[core][down]") {
  World world = booted({service("web")});
  world.shut_down();
  CHECK(world.news() == Lines{"TERM web", "TERM everyone", "finish 0"});
  CHECK(world.reported(ReportKind::shutdown_begun) == 1);
  World other = booted({service("web")});
  other.send(event::ShutdownRequested{SIGTERM, 143});
  CHECK(other.exit_code() == 143);
}

TEST_CASE("L5 the main command gets the very signal, then services follow", "[core][down]") {
  World world({service("web")}, {.main_command = true});
  world.behaviour("main").ends_with = ExitStatus::exited(42);
  world = booted(std::move(world));
  world.shut_down(SIGINT);
  CHECK(world.news() == Lines{"INT main", "TERM web", "TERM everyone", "finish 42"});
}

TEST_CASE("L5 a main command that ignores the signal is killed after its grace", "[core][down]") {
  World world({service("web")}, {.main_command = true, .process_grace = 5s});
  world.behaviour("main").ignores_stop = true;
  world = booted(std::move(world));
  world.shut_down();
  world.advance(5s);
  CHECK(world.news() ==
        Lines{"TERM main", "KILL main's group", "TERM web", "TERM everyone", "finish 137"});
  CHECK(world.elapsed() == 5s);
}

TEST_CASE("a main command without a limit is waited for", "[core][down]") {
  World world({service("web")}, {.main_command = true, .process_grace = {}});
  world.behaviour("main").ignores_stop = true;
  world.boot().shut_down();
  CHECK_FALSE(world.supervisor().next_deadline());
  world.advance(24h);
  world.exit("main", 3);
  CHECK(world.exit_code() == 3);
}

TEST_CASE("SIGTERM before the main command started gives 128 and its number", "[core][down]") {
  World waiting({oneshot("migrate")}, {.main_command = true});
  waiting.boot().shut_down();
  CHECK(waiting.starts("main").empty());
  CHECK(waiting.exit_code() == 143);
  World pending({service("web")}, {.main_command = true});
  pending.behaviour("main").spawn = Behaviour::Spawn::refused_for_now;
  pending.behaviour("web").ignores_stop = true;
  pending.boot().shut_down();
  pending.run_to_the_end();
  CHECK(pending.starts("main").size() == 1);
  CHECK(pending.exit_code() == 143);
}

TEST_CASE("a main command whose start fails during the shutdown ends with its code",
          "[core][down]") {
  World world({service("web")}, {.main_command = true});
  world.behaviour("main") = {.spawn = Behaviour::Spawn::unanswered, .ignores_stop = true};
  world.boot().shut_down();
  world.send(event::SpawnFailed{world.run("main"), event::Retry::worthwhile, 126});
  CHECK(world.exit_code() == 126);
}

TEST_CASE("L8 a forced shutdown kills everything at once", "[core][down]") {
  World world({service("web").grace(60s), service("db").grace(60s)}, {.main_command = true});
  for (const char* name : {"web", "db", "main"}) world.behaviour(name).ignores_stop = true;
  world = booted(std::move(world));
  world.shut_down();
  world.force();
  CHECK(world.news() == Lines{"TERM main", "KILL web's group", "KILL db's group",
                              "KILL main's group", "KILL everyone", "finish 137"});
  CHECK(world.elapsed() == 0s);
  CHECK(world.reported(ReportKind::shutdown_forced) == 1);
}

TEST_CASE("L8 a forced shutdown does not wait for what is stuck", "[core][down]") {
  World world = booted({service("web"), service("db")});
  world.behaviour("web").unkillable = true;
  world.shut_down();
  world.force();
  world.force();
  world.run_to_the_end();
  CHECK(world.exit_code() == 0);
  CHECK(world.elapsed() == 500ms);
  CHECK(world.reported(ReportKind::given_up) == 1);
  CHECK(world.reported(ReportKind::shutdown_forced) == 1);
}

TEST_CASE("L8 a forced shutdown works in every stage", "[core][down]") {
  World startup{service("web")};
  startup.set_files(SubjectKind::startup_file, 1);
  startup.behaviour("startup/0").ignores_stop = true;
  startup.boot().shut_down();
  startup.force();
  CHECK(startup.exit_code() == 143);
  World unasked{service("web")};
  unasked.set_files(SubjectKind::startup_file, 1);
  unasked.boot().force();
  CHECK(unasked.exit_code() == 137);
  World hook = with_hooks();
  hook.behaviour("pre/0").ignores_stop = true;
  hook.boot().shut_down();
  hook.force();
  CHECK(hook.exit_code() == 0);
  World ours_only({service("web").grace(60s)}, {.kill_everyone = false});
  ours_only.behaviour("web").ignores_stop = true;
  ours_only.boot().shut_down();
  ours_only.force();
  CHECK(ours_only.exit_code() == 0);
  CHECK(ours_only.news() == Lines{"start web", "TERM web", "KILL web's group", "finish 0"});
}

TEST_CASE("L8 a forced shutdown kills nobody twice and runs no more hooks", "[core][down]") {
  World world({service("web").grace(1s)});
  world.set_files(SubjectKind::pre_shutdown_hook, 2);
  world.behaviour("web").unkillable = true;
  world.behaviour("pre/0").ignores_stop = true;
  world = booted(std::move(world));
  world.stop("web");
  world.advance(1s);
  world.shut_down();
  (void)world.news();
  world.force();
  CHECK(world.news() == Lines{"KILL pre/0's group", "KILL everyone"});
}

TEST_CASE("a second request by the same way changes nothing", "[core][down]") {
  World world = booted({service("web").grace(5s)});
  world.behaviour("web").ignores_stop = true;
  world.shut_down();
  world.send(event::ShutdownRequested{SIGINT, 99});
  CHECK(world.news() == Lines{"TERM web"});
  world.run_to_the_end();
  CHECK(world.exit_code() == 0);
}

TEST_CASE("S6 three services that end at once need no time", "[core][down]") {
  World world = booted({service("a"), service("b"), service("c")});
  world.shut_down();
  CHECK(world.exit_code() == 0);
  CHECK(world.elapsed() == 0s);
}

TEST_CASE("S7 stop goes from dependents to dependencies, others beside it", "[core][down]") {
  World world{service("db"), service("app").needs("db"), service("web").needs("app"),
              service("other")};
  for (const char* name : {"db", "app", "web", "other"})
    world.behaviour(name) = {.ignores_stop = true, .others_ignore_stop = true};
  world = booted(std::move(world));
  world.shut_down();
  CHECK(world.news() == Lines{"TERM web", "TERM other"});
  world.exit("web", 0);
  CHECK(world.news() == Lines{"TERM app"});
  world.exit("other", 0);
  CHECK(world.news().empty());
  world.exit_leaving_others("app", 0);
  CHECK(world.news() == Lines{"TERM app's others"});
  world.others_gone("app");
  world.exit("db", 0);
  CHECK(world.news() == Lines{"TERM db", "TERM everyone", "finish 0"});
}

TEST_CASE("a soft dependency is stopped after its dependent, too", "[core][down]") {
  World world = booted({service("cache"), service("web").prefers("cache")});
  world.shut_down();
  CHECK(world.news() == Lines{"TERM web", "TERM cache", "TERM everyone", "finish 0"});
}

TEST_CASE("S9 after SIGTERM a crash loop is over", "[core][down]") {
  World world = booted({service("loop").backoff(1s, 1, 1s), service("web"), service("app")});
  world.set_files(SubjectKind::pre_shutdown_hook, 1);
  world.behaviour("pre/0").ignores_stop = true;
  world.exit("loop", 1);
  world.shut_down();
  CHECK(world.phase("loop") == Phase::stopped);
  world.exit("web", 1);
  CHECK(world.phase("web") == Phase::stopped);
  world.restart("app");
  world.start("web");
  world.stop("app");
  CHECK(world.phase("app") == Phase::running);
  world.advance(10s);
  world.exit("pre/0", 0);
  CHECK(world.news() == Lines{"start pre/0", "TERM app", "TERM everyone", "finish 0"});
}

TEST_CASE("a restart that is under way when SIGTERM comes ends as a stop", "[core][down]") {
  World world = booted({service("web"), service("db")});
  world.behaviour("web").ignores_stop = true;
  world.behaviour("db").others_ignore_stop = true;
  world.restart("web");
  world.exit_leaving_others("db", 1);
  world.shut_down();
  world.exit("web", 0);
  world.others_gone("db");
  CHECK(world.exit_code() == 0);
  CHECK(world.starts("web").size() == 1);
}

TEST_CASE("a start that fails after SIGTERM is not repeated", "[core][down]") {
  World world = booted({service("web")});
  world.set_files(SubjectKind::pre_shutdown_hook, 1);
  world.behaviour("pre/0").ignores_stop = true;
  world.behaviour("web").spawn = Behaviour::Spawn::unanswered;
  world.restart("web");
  world.shut_down();
  world.send(event::SpawnFailed{world.run("web"), event::Retry::worthwhile, 126});
  CHECK(world.phase("web") == Phase::stopped);
  world.exit("pre/0", 0);
  CHECK(world.exit_code() == 0);
}

TEST_CASE("K14 pre-shutdown hooks run with everything up, post-shutdown hooks after",
          "[core][hooks]") {
  World world = with_hooks({.main_command = true});
  world.set_files(SubjectKind::pre_shutdown_hook, 2);
  world = booted(std::move(world));
  world.behaviour("main").ends_with = ExitStatus::exited(3);
  world.shut_down();
  CHECK(world.news() == Lines{"start pre/0"});
  world.exit("pre/0", 1);
  CHECK(world.news() == Lines{"start pre/1"});
  CHECK(world.phase("web") == Phase::running);
  world.exit("pre/1", 0);
  CHECK(world.news() == Lines{"TERM main", "TERM web", "start post/0"});
  world.die("post/0", SIGSEGV);
  CHECK(world.news() == Lines{"TERM everyone", "finish 3"});
  CHECK(world.reported(ReportKind::file_failed) == 2);
}

TEST_CASE("K14 no hook runs when services are skipped", "[core][hooks]") {
  World world = with_hooks({.run_services = false, .main_command = true});
  world.boot().exit("main", 0);
  CHECK(world.news() == Lines{"start main", "TERM everyone", "finish 0"});
}

TEST_CASE("K14 a hook that cannot be started is passed over", "[core][hooks]") {
  World world = booted(with_hooks());
  world.behaviour("pre/0").spawn = Behaviour::Spawn::refused_for_now;
  world.behaviour("post/0").spawn = Behaviour::Spawn::not_found;
  world.shut_down();
  CHECK(world.exit_code() == 0);
  CHECK(world.elapsed() == 0s);
}

TEST_CASE("the main command's code counts when it ends during the hooks", "[core][hooks]") {
  World world = booted(with_hooks({.main_command = true}));
  world.shut_down();
  world.exit("main", 11);
  CHECK(world.stage() == Stage::pre_shutdown);
  world.exit("pre/0", 0);
  world.exit("post/0", 0);
  CHECK(world.exit_code() == 11);
}

TEST_CASE("S10 a hook that hangs is killed at its limit and the stop goes on", "[core][hooks]") {
  World world = booted(with_hooks({.process_grace = 3s}));
  world.behaviour("pre/0").ignores_stop = true;
  world.behaviour("post/0").unkillable = true;
  world.shut_down();
  world.advance(3s);
  CHECK(world.news() == Lines{"start pre/0", "KILL pre/0's group", "TERM web", "start post/0"});
  CHECK(world.reported(ReportKind::file_timed_out, "pre/0") == 1);
  world.advance(3s);
  CHECK(world.stage() == Stage::post_shutdown);
  world.advance(2s);
  CHECK(world.reported(ReportKind::stuck, "post/0") == 1);
  CHECK(world.stage() == Stage::killing);
  world.run_to_the_end();
  CHECK(world.exit_code() == 0);
}

TEST_CASE("a hook without a limit is waited for", "[core][hooks]") {
  World world = booted(with_hooks({.process_grace = {}}));
  world.shut_down();
  CHECK_FALSE(world.supervisor().next_deadline());
  world.exit("pre/0", 0);
  CHECK(world.stage() == Stage::post_shutdown);
}

TEST_CASE("S11 a stuck service is given up after SIGKILL", "[core][down]") {
  World world = booted({service("db"), service("web").needs("db").grace(1s)});
  world.behaviour("web").unkillable = true;
  world.shut_down();
  world.advance(3s);
  CHECK(world.news() == Lines{"TERM web", "KILL web's group", "TERM db", "TERM everyone"});
  CHECK(world.reported(ReportKind::stuck, "web") == 1);
  world.run_to_the_end();
  CHECK(world.elapsed() == 34s);
  CHECK(world.exit_code() == 0);
}

TEST_CASE("S11 a stop that was stuck before the shutdown is given up, too", "[core][down]") {
  World world = booted({service("web").grace(1s), service("other")});
  world.behaviour("web").unkillable = true;
  world.stop("web");
  world.advance(1h);
  world.shut_down();
  world.run_to_the_end();
  CHECK(world.reported(ReportKind::stuck, "web") == 1);
  CHECK(world.exit_code() == 0);
}

TEST_CASE("S12 strays get SIGTERM, then SIGKILL after their grace", "[core][down]") {
  World world({service("web")}, {.everyone_grace = 4s});
  world.set_strays();
  world = booted(std::move(world));
  world.shut_down();
  world.advance(4s);
  CHECK(world.news() == Lines{"TERM web", "TERM everyone", "KILL everyone", "finish 0"});
  CHECK(world.reported(ReportKind::killing_forced) == 1);
  CHECK(world.elapsed() == 4s);
}

TEST_CASE("S12 strays without a limit are waited for", "[core][down]") {
  World world({service("web")}, {.everyone_grace = {}});
  world.set_strays();
  world.boot().shut_down();
  CHECK_FALSE(world.supervisor().next_deadline());
  world.send(event::EveryoneGone{});
  CHECK(world.exit_code() == 0);
}

TEST_CASE("others are left alone when that is asked for", "[core][down]") {
  World world({service("web")}, {.kill_everyone = false});
  world.set_strays();
  world = booted(std::move(world));
  world.shut_down();
  CHECK(world.news() == Lines{"TERM web", "finish 0"});
}

TEST_CASE("nothing is returned after the end", "[core][down]") {
  World world = booted({service("web")});
  world.shut_down();
  (void)world.news();
  world.force();
  world.shut_down();
  world.start("web");
  world.advance(1h);
  CHECK(world.news().empty());
  CHECK_FALSE(world.supervisor().next_deadline());
}
