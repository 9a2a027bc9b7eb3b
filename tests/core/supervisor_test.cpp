#include "my_init/core/supervisor.hpp"

#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using Times = std::vector<Duration>;

namespace {

constexpr Settings kWithMain{.main_command = true};

World with_startup_files(std::uint32_t count) {
  World world{service("web")};
  world.set_files(SubjectKind::startup_file, count);
  return world;
}

}  // namespace

TEST_CASE("start-up files run one at a time, then services, then the main command", "[core][up]") {
  World world({service("web"), service("app").needs("web")}, kWithMain);
  world.set_files(SubjectKind::startup_file, 2);
  world.boot();
  CHECK(world.stage() == Stage::startup);
  CHECK(world.news() == Lines{"start startup/0"});
  world.exit("startup/0", 0);
  CHECK(world.news() == Lines{"start startup/1"});
  world.exit("startup/1", 0);
  CHECK(world.news() == Lines{"start web", "start app", "start main"});
  CHECK(world.stage() == Stage::running);
  CHECK(world.supervisor().snapshot().main_run == world.run("main").run);
}

TEST_CASE("the environment is read again after each start-up file", "[core][up]") {
  Supervisor supervisor({});
  (void)supervisor.handle(event::Booted{}, TimePoint{});
  (void)supervisor.handle(event::FilesListed{SubjectKind::startup_file, 1}, TimePoint{});
  const RunRef run{RunId{1}, {SubjectKind::startup_file, 0}};
  const auto actions = supervisor.handle(event::Exited{run, ExitStatus::exited(0)}, TimePoint{});
  REQUIRE(actions.size() == 2);
  CHECK(std::holds_alternative<action::ReloadEnvironment>(actions[0]));
  CHECK(std::holds_alternative<action::LoadDefinitions>(actions[1]));
}

TEST_CASE("start-up files are not even listed when they are to be skipped", "[core][up]") {
  World world({service("web")}, {.run_startup_files = false});
  world.set_files(SubjectKind::startup_file, 2);
  world.boot();
  CHECK(world.news() == Lines{"start web"});
}

TEST_CASE("the main command waits for starts and for oneshots at work", "[core][up]") {
  World world({oneshot("migrate"), service("slow")}, kWithMain);
  world.behaviour("slow").spawn = Behaviour::Spawn::unanswered;
  world.boot();
  CHECK(world.starts("main").empty());
  world.exit("migrate", 0);
  CHECK(world.starts("main").empty());
  world.send(event::Started{world.run("slow")});
  CHECK(world.starts("main").size() == 1);
}

TEST_CASE("without services the main command starts at once", "[core][up]") {
  World world({service("web")}, {.run_services = false, .main_command = true});
  world.boot();
  CHECK(world.news() == Lines{"start main"});
}

TEST_CASE("L1 the exit code of the main command is ours", "[core][exit_code]") {
  for (int code = 0; code < 256; ++code) {
    World world({service("web")}, kWithMain);
    world.boot().exit("main", code);
    CHECK(world.news() == Lines{"start web", "start main", "TERM web", "TERM everyone",
                                "finish " + std::to_string(code)});
  }
}

TEST_CASE("L2 a main command killed by a signal gives 128 and its number", "[core][exit_code]") {
  for (const int signo : {SIGKILL, SIGSEGV, SIGTERM, SIGABRT}) {
    World world({service("web")}, kWithMain);
    world.boot().die("main", signo);
    CHECK(world.exit_code() == 128 + signo);
    CHECK(world.reported(ReportKind::main_exited, "main") == 1);
  }
}

TEST_CASE("L3 a main command that cannot be started gives 127 or 126", "[core][exit_code]") {
  World missing({service("web")}, kWithMain);
  missing.behaviour("main").spawn = Behaviour::Spawn::not_found;
  missing.boot();
  CHECK(missing.exit_code() == 127);
  World refused({service("web")}, kWithMain);
  refused.behaviour("main").spawn = Behaviour::Spawn::unanswered;
  refused.boot();
  refused.send(event::SpawnFailed{refused.run("main"), event::Retry::pointless, 126});
  CHECK(refused.exit_code() == 126);
}

TEST_CASE("a main command that is refused for now is tried again", "[core][up]") {
  World world({service("web")}, kWithMain);
  world.behaviour("main").spawn = Behaviour::Spawn::refused_for_now;
  world.boot().advance(26s);
  CHECK(world.starts("main") ==
        Times{0s, 100ms, 300ms, 700ms, 1500ms, 3100ms, 6300ms, 11300ms, 16300ms, 21300ms});
  world.behaviour("main").spawn = Behaviour::Spawn::works;
  world.advance(300ms);
  world.exit("main", 4);
  CHECK(world.exit_code() == 4);
}

TEST_CASE("L6 SIGTERM during a start-up file ends its group, then us with 143", "[core][up]") {
  World world = with_startup_files(2);
  world.boot().shut_down();
  CHECK(world.news() ==
        Lines{"start startup/0", "TERM startup/0's group", "TERM everyone", "finish 143"});
  World deaf = with_startup_files(1);
  deaf.behaviour("startup/0").ignores_stop = true;
  deaf.boot().shut_down();
  deaf.advance(30s - 1ns);
  CHECK_FALSE(deaf.exit_code());
  deaf.advance(1ns);
  CHECK(deaf.exit_code() == 143);
  CHECK(deaf.reported(ReportKind::grace_expired, "startup/0") == 1);
}

TEST_CASE("L6 a start-up file that ends well after SIGTERM changes nothing", "[core][up]") {
  World world = with_startup_files(2);
  world.behaviour("startup/0").ends_with = ExitStatus::exited(0);
  world.boot().shut_down(SIGINT);
  world.shut_down(SIGTERM);
  CHECK(world.starts("startup/1").empty());
  CHECK(world.exit_code() == 130);
}

TEST_CASE("L6 SIGTERM while a start-up file waits for its next try starts nothing", "[core][up]") {
  World world = with_startup_files(1);
  world.behaviour("startup/0").spawn = Behaviour::Spawn::refused_for_now;
  world.set_strays();
  world.boot().shut_down();
  world.run_to_the_end();
  CHECK(world.starts("startup/0").size() == 1);
  CHECK(world.exit_code() == 143);
}

TEST_CASE("L6 SIGTERM before anything else ends us", "[core][up]") {
  World early{service("web")};
  early.shut_down();
  CHECK(early.exit_code() == 143);
  Supervisor loading({.run_startup_files = false, .kill_everyone = false});
  (void)loading.handle(event::Booted{}, TimePoint{});
  CHECK(loading.snapshot().stage == Stage::loading);
  (void)loading.handle(event::ShutdownRequested{0, 9}, TimePoint{});
  CHECK(loading.snapshot().stage == Stage::finished);
  CHECK(loading.handle(event::DefinitionsLoaded{}, TimePoint{}).empty());
}

TEST_CASE("L6 a start-up file within a budget is killed early", "[core][up]") {
  World world({service("web")}, {.shutdown_timeout = 4s});
  world.set_files(SubjectKind::startup_file, 1);
  world.behaviour("startup/0").ignores_stop = true;
  world.boot().shut_down();
  world.run_to_the_end();
  CHECK(world.exit_code() == 143);
  CHECK(world.elapsed() == 3750ms);
}

TEST_CASE("L7 a start-up file that fails ends us with its code", "[core][up]") {
  World world = with_startup_files(2);
  world.boot().exit("startup/0", 7);
  CHECK(world.news() == Lines{"start startup/0", "TERM everyone", "finish 7"});
  CHECK(world.reported(ReportKind::file_failed, "startup/0") == 1);
  World killed = with_startup_files(1);
  killed.boot().die("startup/0", SIGSEGV);
  CHECK(killed.exit_code() == 139);
  World missing = with_startup_files(1);
  missing.behaviour("startup/0").spawn = Behaviour::Spawn::not_found;
  missing.boot();
  CHECK(missing.exit_code() == 127);
}

TEST_CASE("L10 any other signal is forwarded to the main command once", "[core][up]") {
  World world({service("web")}, kWithMain);
  world.behaviour("main").spawn = Behaviour::Spawn::unanswered;
  world.behaviour("main").ignores_stop = true;
  world.send(event::SignalForMain{SIGUSR1});
  world.boot();
  (void)world.news();
  world.send(event::SignalForMain{SIGUSR1});
  CHECK(world.news() == Lines{"USR1 main"});
  world.exit("main", 0);
  (void)world.news();
  world.send(event::SignalForMain{SIGUSR1});
  CHECK(world.news().empty());
}

TEST_CASE("L12 an essential service that ended for good ends the container", "[core][exit_code]") {
  const auto essential = service("db").essential().restart(RestartMode::no);
  World exit{essential, service("web").needs("db"), service("other")};
  exit.boot();
  (void)exit.news();
  exit.exit("db", 7);
  CHECK(exit.news().back() == "finish 7");
  CHECK(exit.starts("web").size() == 1);
  World signal({essential, service("web")}, kWithMain);
  signal.boot().die("db", SIGSEGV);
  CHECK(signal.exit_code() == 139);
  World limit{service("db").essential().backoff(0s, 1, 0s).limit(1, 60s), service("web")};
  limit.boot().exit("db", 1);
  limit.exit("db", 9);
  CHECK(limit.exit_code() == 9);
  World success{essential, service("web")};
  success.boot().exit("db", 0);
  CHECK(success.exit_code() == 0);
}

TEST_CASE("L12 the end of an essential service starts nothing any more", "[core][exit_code]") {
  World world({service("db").essential().restart(RestartMode::no),
               service("web").prefers("db", Condition::completed)});
  world.boot().exit("db", 7);
  CHECK(world.starts("web").empty());
  CHECK(world.exit_code() == 7);
}

TEST_CASE("L12 an essential service that failure keeps from starting ends the container",
          "[core][exit_code]") {
  World world{oneshot("migrate"), service("db"),
              service("app").needs("migrate", Condition::completed).essential()};
  world.boot().exit("migrate", 5);
  CHECK(world.exit_code() == 5);
}

TEST_CASE("a request that keeps an essential service from starting does not", "[core][up]") {
  World world{service("db"), service("app").needs("db").essential(), service("other")};
  world.behaviour("db").spawn = Behaviour::Spawn::unanswered;
  world.boot().stop("db");
  CHECK(world.phase("app") == Phase::skipped);
  CHECK(world.stage() == Stage::running);
}

TEST_CASE("a stop of an essential service by hand is no end", "[core][up]") {
  World world{service("db").essential().restart(RestartMode::no), service("web")};
  world.boot().stop("db");
  CHECK(world.phase("db") == Phase::stopped);
  CHECK(world.stage() == Stage::running);
}

TEST_CASE("L13 when every service has ended, the first failure is our code", "[core][exit_code]") {
  World failed{oneshot("a"), oneshot("b"), oneshot("c"), service("off").disabled()};
  failed.boot().exit("a", 0);
  failed.exit("b", 4);
  CHECK_FALSE(failed.exit_code());
  failed.exit("c", 5);
  CHECK(failed.exit_code() == 4);
  CHECK(failed.reported(ReportKind::all_services_ended) == 1);
  World well{oneshot("a"), service("b").restart(RestartMode::on_failure)};
  well.boot().exit("a", 0);
  well.exit("b", 0);
  CHECK(well.exit_code() == 0);
  World skipped{oneshot("a"), service("b").needs("a", Condition::completed)};
  skipped.boot().exit("a", 6);
  CHECK(skipped.exit_code() == 6);
}

TEST_CASE("L13 a limit that is used up by good exits still is a failure", "[core][exit_code]") {
  World world{service("a").backoff(0s, 1, 0s).limit(1, 60s)};
  world.boot().exit("a", 0);
  world.exit("a", 0);
  CHECK(world.exit_code() == 1);
}

TEST_CASE("L13 a stopped service keeps the container", "[core][up]") {
  World world{oneshot("a"), service("b")};
  world.boot().exit("a", 1);
  world.stop("b");
  CHECK(world.stage() == Stage::running);
  world.start("b");
  CHECK(world.phase("b") == Phase::running);
}

TEST_CASE("L13 with no service at all we stay, and say so", "[core][up]") {
  World none(std::vector<Define>{});
  none.boot().advance(1h);
  CHECK(none.stage() == Stage::running);
  CHECK(none.reported(ReportKind::no_services) == 1);
  none.shut_down();
  CHECK(none.exit_code() == 0);
  World disabled{service("a").disabled()};
  disabled.boot();
  CHECK(disabled.reported(ReportKind::no_services) == 1);
  World main(std::vector<Define>{}, kWithMain);
  main.boot();
  CHECK(main.reported(ReportKind::no_services) == 0);
}

TEST_CASE("L14 refused definitions start nothing and end with 78", "[core][exit_code]") {
  World world = with_startup_files(1);
  world.set_refused();
  world.boot().exit("startup/0", 0);
  CHECK(world.news() == Lines{"start startup/0", "TERM everyone", "finish 78"});
}

TEST_CASE("answers that come too late or twice change nothing", "[core][up]") {
  World world{service("web")};
  world.boot();
  world.send(event::FilesListed{SubjectKind::startup_file, 3});
  world.send(event::FilesListed{SubjectKind::service, 3});
  world.send(event::DefinitionsLoaded{});
  world.send(event::DefinitionsRefused{});
  world.send(event::EveryoneGone{});
  CHECK(world.phase("web") == Phase::running);
  CHECK(world.news() == Lines{"start web"});
}
