#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

TEST_CASE("a service that says when it is ready is starting until it does", "[core][ready]") {
  World world{service("db").ready(ReadyWay::notify), service("web").needs("db", Condition::healthy),
              service("log").needs("db")};
  world.boot();
  CHECK(world.phase("db") == Phase::starting);
  CHECK(world.phase("web") == Phase::waiting);
  CHECK(world.phase("log") == Phase::running);  // exec is enough for service_started
  world.says_ready("db");
  CHECK(world.phase("db") == Phase::running);
  CHECK(world.phase("web") == Phase::running);
}

TEST_CASE("a main command begins when every service is ready", "[core][ready]") {
  World world({service("db").ready(ReadyWay::fd)}, {.main_command = true});
  world.boot();
  CHECK_FALSE(world.alive("main"));
  world.says_ready("db");
  CHECK(world.alive("main"));
}

TEST_CASE("a start that is not ready in time has failed", "[core][ready]") {
  World world{service("db").ready(ReadyWay::notify, 5s).backoff(1s, 2, 8s)};
  world.boot();
  world.advance(5s);
  CHECK(world.reported(ReportKind::not_ready, "db") == 1);
  CHECK(world.news() == std::vector<std::string>{"start db", "TERM db"});
  CHECK(world.phase("db") == Phase::backoff);
  world.advance(1s);
  CHECK(world.starts("db") == std::vector<Duration>{0s, 6s});
}

TEST_CASE("a start that failed without a restart policy gives a code that says so",
          "[core][ready]") {
  World world{service("db").ready(ReadyWay::notify, 5s).restart(RestartMode::no)};
  const auto end = GENERATE(ExitStatus::exited(0), ExitStatus::signaled(15));
  world.behaviour("db").ends_with = end;
  world.boot();
  world.advance(5s);
  CHECK(world.exit_code() == 1);
  CHECK(world.state("db").last_code == 1);
  CHECK(world.state("db").last_exit == end);
}

TEST_CASE("a service that ends with success before it was ready has failed", "[core][ready]") {
  World world{service("db").ready(ReadyWay::notify).restart(RestartMode::on_failure)};
  world.boot();
  world.exit("db", 0);
  CHECK(world.phase("db") == Phase::backoff);
}

TEST_CASE("V14 what an older run says does not make a newer one ready", "[core][ready]") {
  World world{service("db").ready(ReadyWay::notify).backoff(1s, 1, 1s)};
  world.boot();
  const RunRef old = world.run("db");
  world.exit("db", 1);
  world.advance(1s);
  world.send(event::Ready{old});
  CHECK(world.phase("db") == Phase::starting);
}

TEST_CASE("READY=1 that is read before the end of the exec pipe counts", "[core][ready]") {
  World world{service("db").ready(ReadyWay::notify)};
  world.behaviour("db").spawn = Behaviour::Spawn::unanswered;
  world.boot();
  world.says_ready("db");
  CHECK(world.phase("db") == Phase::running);
}

TEST_CASE("readiness is asked for at once and then at each interval", "[core][ready]") {
  World world{service("db").ready(ReadyWay::tcp, 10s, 200ms)};
  world.behaviour("db.ready").ends_at_once = ExitStatus::exited(1);
  world.boot();
  world.advance(400ms);
  CHECK(world.starts("db.ready") == std::vector<Duration>{0s, 200ms, 400ms});
  world.behaviour("db.ready").ends_at_once = ExitStatus::exited(0);
  world.advance(200ms);
  CHECK(world.phase("db") == Phase::running);
  world.advance(1min);
  CHECK(world.starts("db.ready").size() == 4);
}

TEST_CASE("a question about readiness that hangs is killed and counts as no", "[core][ready]") {
  World world{service("db").ready(ReadyWay::command, 20s, 200ms)};
  world.behaviour("db.ready").ends_at_once.reset();
  world.boot();
  world.advance(5s);
  CHECK(world.news() ==
        std::vector<std::string>{"start db", "start db.ready", "KILL db.ready's group"});
  world.advance(200ms);
  CHECK(world.starts("db.ready").size() == 2);
}

TEST_CASE("a machine that is short of processes says nothing about readiness", "[core][ready]") {
  World world{service("db").ready(ReadyWay::command, 20s, 200ms)};
  world.behaviour("db.ready").spawn = Behaviour::Spawn::refused_for_now;
  world.boot();
  world.advance(399ms);
  CHECK(world.starts("db.ready").size() == 2);
}

TEST_CASE("EXTEND_TIMEOUT_USEC gives a start more time", "[core][ready]") {
  World world{service("db").ready(ReadyWay::notify, 5s)};
  world.boot();
  world.advance(4s);
  world.extends("db", 10s);
  world.advance(9s);
  CHECK(world.phase("db") == Phase::starting);
  world.advance(1s);
  CHECK(world.reported(ReportKind::not_ready, "db") == 1);
}

TEST_CASE("a service that is not ready is told with the time that it had", "[core][ready]") {
  World world{service("db").ready(ReadyWay::notify, 5s)};
  world.boot();
  world.advance(4s);
  world.extends("db", 3s);
  world.advance(3s);
  const auto report = world.last_report(ReportKind::not_ready, "db");
  CHECK(report.delay == 7s);
  CHECK(report.probe == ProbeOutcome::answered);
}

TEST_CASE("a service that is not ready is told with the check that hung", "[core][ready]") {
  World world{service("db").ready(ReadyWay::command, 6s, 200ms),
              service("web").ready(ReadyWay::command, 3s, 200ms),
              service("ui").ready(ReadyWay::command, 3s, 200ms)};
  world.behaviour("db.ready").ends_at_once.reset();
  world.behaviour("web.ready").ends_at_once.reset();
  world.behaviour("ui.ready").ends_at_once = ExitStatus::exited(1);
  world.boot();
  world.advance(6s);
  CHECK(world.last_report(ReportKind::not_ready, "db").probe == ProbeOutcome::overran);
  CHECK(world.last_report(ReportKind::not_ready, "db").probe_limit == 5s);
  CHECK(world.last_report(ReportKind::not_ready, "web").probe == ProbeOutcome::unanswered);
  CHECK(world.last_report(ReportKind::not_ready, "ui").probe == ProbeOutcome::answered);
}

TEST_CASE("V8 a service that never became ready stops as any other", "[core][ready]") {
  World world{service("db").ready(ReadyWay::notify),
              service("web").needs("db", Condition::healthy)};
  world.boot();
  world.stop("db");
  CHECK(world.phase("db") == Phase::stopped);
  CHECK(world.phase("web") == Phase::skipped);
}

TEST_CASE("a dependent with restart is restarted after its dependency", "[core][ready]") {
  World world{service("db").backoff(1s, 1, 1s), service("web").follows("db"),
              service("log").needs("db")};
  world.boot();
  world.exit("db", 1);
  world.advance(1s);
  CHECK(world.starts("web") == std::vector<Duration>{0s, 1s});
  CHECK(world.starts("log") == std::vector<Duration>{0s});
  CHECK(world.reported(ReportKind::dependency_restarted, "web") == 1);
}

TEST_CASE("a daemon is looked for until it is found", "[core][forking]") {
  World world{service("web").type(ServiceType::forking)};
  world.boot();
  CHECK(world.phase("web") == Phase::starting);
  world.exit_leaving_others("web", 0);
  CHECK(world.phase("web") == Phase::starting);
  world.daemon_found("web");
  CHECK(world.phase("web") == Phase::running);
  CHECK(world.alive("web"));
  world.stop("web");
  CHECK(world.news() == std::vector<std::string>{"start web", "find web", "TERM web"});
  CHECK(world.phase("web") == Phase::stopped);
}

TEST_CASE("a daemon that is never found fails the start, and what was left is ended",
          "[core][forking]") {
  World world{service("web")
                  .type(ServiceType::forking)
                  .ready(ReadyWay::exec, 1s, 600ms)
                  .backoff(1s, 1, 1s)};
  world.boot();
  world.exit_leaving_others("web", 0);
  world.advance(1s);
  CHECK(world.news() ==
        std::vector<std::string>{"start web", "find web", "find web", "TERM web's others"});
  CHECK(world.reported(ReportKind::not_ready, "web") == 1);
  CHECK(world.phase("web") == Phase::backoff);
}

TEST_CASE("a daemon whose time is over is looked for no more", "[core][forking]") {
  World world{service("web").type(ServiceType::forking).ready(ReadyWay::exec, 1s, 600ms)};
  world.boot();
  world.exit_leaving_others("web", 0);
  static_cast<void>(world.news());
  world.freeze(2s);
  CHECK(world.news() == std::vector<std::string>{"TERM web's others"});
}

TEST_CASE("a program of type forking that fails leaves no daemon to look for", "[core][forking]") {
  World world{service("web").type(ServiceType::forking).restart(RestartMode::no)};
  world.boot();
  world.exit("web", 3);
  CHECK(world.exit_code() == 3);
}

TEST_CASE("of two deadlines that are seen late the earlier one counts first", "[core][ready]") {
  World world{service("db").ready(ReadyWay::notify, 2s),
              service("web").needs("db").backoff(1s, 1, 1s)};
  world.boot();
  world.exit("web", 1);
  static_cast<void>(world.news());
  world.freeze(3s);
  CHECK(world.news() == std::vector<std::string>{"start web", "TERM db"});
}
