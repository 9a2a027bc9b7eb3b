#include <csignal>
#include <filesystem>
#include <sstream>

#include "container.hpp"
#include "svctl.hpp"

// Runit directories, with what real shells do in them.

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

/// A script that becomes an actor.
Container& run_actor(Container& box, const std::string& directory, const std::string& name,
                     const std::string& words) {
  return box.script(directory + "/run", "exec " + box.actor_line(name, words));
}

/// The session of a process, field 6 of /proc/PID/stat.
std::string session_of(const Process& process) {
  const auto stat = proc_text(process.host_pid, "stat");
  std::istringstream fields{stat.substr(stat.rfind(')') + 1)};
  std::string word;
  for (int field = 3; field <= 6; ++field) fields >> word;
  return word;
}

}  // namespace

TEST_CASE("K10 runit directories run in themselves, in a session of their own", "[system][K10]") {
  if (skipped()) return;
  Container box;
  run_actor(box, "/etc/service/web", "web", "self say:ready serve");
  run_actor(box, "/etc/sv/linked", "linked", "self say:ready serve");
  run_actor(box, "/etc/service/.hidden", "hidden", "say:ready serve");
  box.file("/etc/service/README", "no directory\n");
  fs::create_symlink("/etc/sv/linked", box.host_path("/etc/service/linked"));
  box.actor("above", "say:ready serve", "depends_on: {web: {condition: service_healthy}}\n");
  box.start();
  for (const auto* name : {"web", "linked", "above"})
    static_cast<void>(box.wait_event(std::string{name} + " ready"));
  CHECK(box.count("web uid=0 cwd=/etc/service/web") == 1);
  CHECK(box.count("linked uid=0 cwd=/etc/sv/linked") == 1);
  CHECK(box.count("hidden ready") == 0);
  const auto web = box.process(box.wait_event("web ready").pid);
  REQUIRE(web.has_value());
  CHECK(session_of(*web) == std::to_string(web->host_pid));
}

TEST_CASE("K10 a runit service that ends is started again, after 1 s when it was short",
          "[system][K10]") {
  if (skipped()) return;
  Container box;
  run_actor(box, "/etc/service/short", "short", "say:started exit:0");
  run_actor(box, "/etc/service/long", "long", "say:started sleep:1050 exit:1");
  box.start();
  box.wait_event("short started", 3);
  const auto started = box.events("short started");
  CHECK(started[1].at - started[0].at >= 1s);
  CHECK(started[2].at - started[1].at >= 1s);
  box.wait_output("*** Restarting short in 1s\n");
  box.wait_event("long started", 2);
  box.wait_output("*** Restarting long in 0s\n");
}

TEST_CASE("K10 a run that cannot be executed is told with its path and tried each second",
          "[system][K10]") {
  if (skipped()) return;
  Container box;
  box.file("/etc/service/web/run", "#!/bin/sh\nexec sleep 999\n", 0644);
  box.start();
  const std::string line =
      "*** cannot start 'web': exec '/etc/service/web/run': permission denied\n";
  box.wait_output(line);
  const auto first = box.errors().find(line);
  box.wait_output(line, first + line.size());
  fs::permissions(box.host_path("/etc/service/web/run"), fs::perms{0755});
  box.wait_output("*** Started web");
}

TEST_CASE("K11 finish is told how the run has ended", "[system][K11]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/service/web/run",
             "[ -e /run/first ] || { touch /run/first; exit 3; }\n"
             "[ -e /run/second ] || { touch /run/second; kill -KILL $$; }\n" +
                 std::string("exec ") + box.actor_line("web", "say:ready serve"));
  box.script("/etc/service/web/finish", "echo \"finish: $# $1 $2 $PWD\"");
  box.start();
  box.wait_output("web | finish: 2 3 0 /etc/service/web\n");
  box.wait_output("web | finish: 2 -1 9 /etc/service/web\n");
  box.wait_event("web ready");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(has(box.output(), "web | finish: 2 -1 15 /etc/service/web\n"));
}

TEST_CASE("K11 a directory with down is not started at boot but by hand", "[system][K11]") {
  if (skipped()) return;
  Container box;
  run_actor(box, "/etc/service/web", "web", kObedient);
  run_actor(box, "/etc/service/other", "other", kObedient);
  box.file("/etc/service/web/down", "");
  box.start();
  box.wait_event("other ready");
  CHECK(box.status("web").starts_with("web: disabled"));
  CHECK(svctl(box, {"start", "web"}).code == 0);
  box.wait_event("web ready");
}

TEST_CASE("K11 control/t stands for the signal, and its failure does not", "[system][K11]") {
  if (skipped()) return;
  for (const bool works : {true, false}) {
    CAPTURE(works);
    Container box;
    run_actor(box, "/etc/service/web", "web",
              "on:TERM=say:term,exit:0 on:USR1=say:usr1,exit:0 "
              "say:ready serve");
    box.script("/etc/service/web/control/t", works ? "kill -USR1 $(cat /run/pid)" : "exit 1");
    box.start();
    const auto ready = box.wait_event("web ready");
    box.file("/run/pid", std::to_string(ready.pid));
    box.signal(SIGTERM);
    CHECK(box.wait_exit().code == 0);
    CHECK(box.count("web usr1") == (works ? 1 : 0));
    CHECK(box.count("web term") == (works ? 0 : 1));
  }
}

TEST_CASE("K12 a directory that comes while we run is started, one that goes is stopped",
          "[system][K12]") {
  if (skipped()) return;
  Container box;
  run_actor(box, "/etc/service/old", "old", kObedient);
  run_actor(box, "/etc/sv/new", "new", kObedient);
  box.actor("other", kObedient).start();
  box.wait_event("old ready");
  const auto other = box.wait_event("other ready");
  const auto begin = std::chrono::steady_clock::now();
  fs::create_directory_symlink("/etc/sv/new", box.host_path("/etc/service/new"));
  CHECK(box.wait_event("new ready").at - begin <= within(1s));
  box.wait_output("*** Re-read /etc/service: new added, 1 unchanged\n");
  fs::remove_all(box.host_path("/etc/service/old"));
  box.wait_event("old bye");
  box.wait_output("*** Re-read /etc/service: old removed, 1 unchanged\n");
  fs::remove(box.host_path("/etc/service/new"));
  box.wait_event("new bye");
  CHECK(box.process(other.pid).has_value());
  CHECK(box.running());
}

TEST_CASE("K12 a directory is a service as soon as it has its run", "[system][K12]") {
  if (skipped()) return;
  Container box;
  box.file("/etc/service/README", "").file("/etc/service/before/data", "");
  box.actor("other", kObedient).start();
  box.wait_event("other ready");
  run_actor(box, "/etc/made", "before", kObedient);
  fs::rename(box.host_path("/etc/made/run"), box.host_path("/etc/service/before/run"));
  box.wait_event("before ready");
  fs::create_directory(box.host_path("/etc/service/web"));
  run_actor(box, "/etc/made", "web", kObedient);
  fs::rename(box.host_path("/etc/made/run"), box.host_path("/etc/service/web/run"));
  box.wait_event("web ready");
}

TEST_CASE("K12 what is wrong in files does not keep a directory from being started",
          "[system][K12]") {
  if (skipped()) return;
  Container box;
  run_actor(box, "/etc/sv/new", "new", kObedient);
  run_actor(box, "/etc/sv/other", "fake", kObedient);
  box.file("/etc/service/README", "").actor("other", kObedient).start();
  box.wait_event("other ready");
  box.service("other", "comand: oops\n");
  fs::rename(box.host_path("/etc/sv/other"), box.host_path("/etc/service/other"));
  box.wait_output("*** /etc/service/other is ignored: there is a service or a logger of that name");
  fs::rename(box.host_path("/etc/sv/new"), box.host_path("/etc/service/new"));
  box.wait_event("new ready");
  CHECK(box.count("fake ready") == 0);
}

TEST_CASE("K4 KILL_PROCESS_TIMEOUT limits the stop of a runit service", "[system][K4]") {
  if (skipped()) return;
  Container box;
  run_actor(box, "/etc/service/web", "web", "on:TERM say:ready serve");
  box.variable("KILL_PROCESS_TIMEOUT", "1").start();
  box.wait_event("web ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 1s);
  CHECK(end.took <= within(1s) + scaled(200ms));
  CHECK(box.count("web got-TERM") == 1);
}

TEST_CASE("K1 --skip-runit starts no runit directory", "[system][K1]") {
  if (skipped()) return;
  Container box;
  run_actor(box, "/etc/service/web", "web", "say:ready serve");
  box.option("--skip-runit").main({"/bin/true"}).start();
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("web ready") == 0);
}

}  // namespace my_init::test
