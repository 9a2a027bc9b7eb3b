#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "client.hpp"
#include "container.hpp"

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

constexpr auto kPidFile = "/run/x.pid";
const std::string kForking =
    "type: forking\npid_file: /run/x.pid\nready: {timeout: 10s, interval: 10ms}\n"
    "restart_backoff: {initial: 1ms}\n";
const std::string kHopeless =
    "type: forking\npid_file: /run/x.pid\nready: {timeout: 1s, interval: 10ms}\nrestart: \"no\"\n";

/// A program that leaves a daemon, which does these words before it serves.
std::string leaves(const std::string& words) {
  return "fork:daemon { setsid on:TERM=say:bye,exit:0 " + words + " say:ready serve } exit:0";
}

std::string running(const Event& daemon, int restarts) {
  return fmt::format("web: running, pid {}, restarts {}", daemon.pid, restarts);
}

bool has_status(Container& box, const std::string& begin) {
  return box.eventually(5s, [&] { return box.status("web").starts_with(begin); });
}

void kill_inside(const Container& box, int pid) {
  ::kill(box.process(pid).value_or(Process{}).host_pid, SIGKILL);
}

std::string find_program(const std::string& name) {
  std::string_view rest = std::getenv("PATH");
  for (; !rest.empty(); rest.remove_prefix(std::min(rest.find(':') + 1, rest.size()))) {
    const auto path = fs::path{rest.substr(0, rest.find(':'))} / name;
    if (fs::exists(path)) return path;
    if (rest.find(':') == std::string_view::npos) break;
  }
  return {};
}

}  // namespace

TEST_CASE("V19 a daemon is followed by its pid file: status, crash, stop",
          "[system][forking][V19]") {
  if (skipped()) return;
  Container box;
  box.actor("web", leaves("write:/run/x.pid=$$"), kForking).start();
  const auto first = box.wait_event("daemon ready");
  CHECK(has_status(box, running(first, 0)));
  kill_inside(box, first.pid);
  const auto second = box.wait_event("daemon ready", 2);
  box.wait_output("*** web was killed by SIGKILL.\n");
  CHECK(has_status(box, running(second, 1)));
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(300ms));
  CHECK(box.count("daemon got-TERM") == 1);
  CHECK(box.wait_event("daemon bye").pid == second.pid);
  CHECK(has(box.errors(), fmt::format("*** Shutting down web (PID {})...\n", second.pid)));
}

TEST_CASE("V19 a daemon that ignores its stop signal is killed", "[system][forking][V19]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "fork:daemon { setsid on:TERM write:/run/x.pid=$$ say:ready serve } exit:0",
            kForking + "stop_grace_period: 500ms\n")
      .start();
  CHECK(has_status(box, running(box.wait_event("daemon ready"), 0)));
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 500ms);
  CHECK(end.took <= within(500ms));
  CHECK(box.count("daemon got-TERM") == 1);
}

TEST_CASE("V19 a pid file may come late and over a stale one", "[system][forking][V19]") {
  if (skipped()) return;
  for (const auto* before : {"", "31999\n", "garbage\n"}) {
    CAPTURE(before);
    Container box;
    if (*before != '\0') box.file(kPidFile, before);
    box.actor("web", leaves("say:begun until:go write:/run/x.pid=$$"), kForking)
        .actor("next", kObedient, "depends_on: {web: {condition: service_healthy}}\n")
        .start();
    box.wait_event("daemon begun");
    box.wait_output("*** Started web");
    CHECK(box.status("web").starts_with("web: starting"));
    CHECK(box.count("next ready") == 0);
    box.open_gate("go");
    const auto daemon = box.wait_event("daemon ready");
    box.wait_event("next ready");
    CHECK(box.status("web").starts_with(running(daemon, 0)));
  }
}

TEST_CASE("V19 a pid file that names no daemon of the service fails the start with the reason",
          "[system][forking][V19]") {
  if (skipped()) return;
  struct Case {
    std::string text;
    std::string reason;
  };
  const std::vector<Case> cases{{"31999\n", "there is no process 31999"},
                                {"garbage\n", "it holds no process id"},
                                {"12 13\n", "it holds no process id"},
                                {"-1\n", "it holds no process id"},
                                {"99999999999\n", "it holds no process id"},
                                {"\n", "it is empty"},
                                {"1\n",
                                 "process 1 (my_init) is none that this service has left "
                                 "behind"}};
  for (const auto& [text, reason] : cases) {
    CAPTURE(text);
    Container box;
    box.file(kPidFile, text).actor("web", leaves(""), kHopeless).start();
    CHECK(box.wait_exit().code == 1);
    const auto line = "*** web is not ready after 1s: pid file '/run/x.pid': " + reason + '\n';
    CHECK(has(box.errors(), line));
    CHECK(box.errors().find("not ready") == box.errors().rfind("not ready"));
    CHECK(has(box.errors(), "*** web has failed for good (exit code 1)\n"));
    CHECK(box.count("daemon bye") == 1);
  }
}

TEST_CASE("V19 without its pid file the start fails with the reason", "[system][forking][V19]") {
  if (skipped()) return;
  Container box;
  box.actor("web", leaves(""), kHopeless).start();
  CHECK(box.wait_exit().code == 1);
  CHECK(has(box.errors(),
            "*** web is not ready after 1s: pid file '/run/x.pid': no such file or directory\n"));
}

TEST_CASE("V19 a stop while the daemon is looked for ends the daemon too",
          "[system][forking][V19]") {
  if (skipped()) return;
  Container box;
  box.actor("web", leaves(""), kForking).start();
  box.wait_event("daemon ready");
  box.wait_output("*** Started web");
  CHECK(has_status(box, "web: starting"));
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(300ms));
  CHECK(box.count("daemon bye") == 1);
}

TEST_CASE("V19 a pid file that is a symbolic link is not followed", "[system][forking][V19]") {
  if (skipped()) return;
  Container box;
  fs::create_symlink("real.pid", box.host_path(kPidFile));
  box.actor("web", leaves("write:/run/real.pid=$$"), kHopeless).start();
  CHECK(box.wait_exit().code == 1);
  CHECK(has(box.errors(),
            "*** web is not ready after 1s: pid file '/run/x.pid': it is a symbolic link\n"));
}

TEST_CASE("V19 a process of another service in the pid file never gets a signal",
          "[system][forking][V19]") {
  if (skipped()) return;
  const std::string other = "on:TERM=say:bye,exit:0 on:HUP on:CONT write:/run/x.pid=$$ say:ready";
  const std::string after = "depends_on: {other: {condition: service_healthy}}\n";
  Container box;
  SECTION("an ordinary one") {
    box.actor("other", other + " write:/run/ready=x serve", "ready: {file: /run/ready}\n");
  }
  SECTION("a daemon too") {
    box.actor("other", "fork:other { setsid " + other + " serve } exit:0",
              "type: forking\npid_file: /run/x.pid\nready: {interval: 10ms}\n");
  }
  box.actor("web", leaves(""), kHopeless + after).start();
  const auto stranger = box.wait_event("other ready");
  box.wait_output("*** web has failed for good (exit code 1)\n");
  CHECK(has(box.errors(), fmt::format("*** web is not ready after 1s: pid file '/run/x.pid': "
                                      "process {} (actor) is none that this service has left "
                                      "behind\n",
                                      stranger.pid)));
  CHECK(has(box.status("other"), fmt::format("other: running, pid {}, restarts 0", stranger.pid)));
  CHECK(box.count("other got-TERM") + box.count("other got-CONT") == 0);
  CHECK(box.count("daemon bye") == 1);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("other bye") == 1);
}

TEST_CASE("V19 a daemon of a start-up script in the pid file is not the service's",
          "[system][forking][V19]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/my_init.d/10_daemon",
             "exec " + box.actor_line("script",
                                      "fork:other { setsid on:TERM=say:bye,exit:0 "
                                      "write:/run/x.pid=$$ say:ready until:go say:on "
                                      "serve } until:ready exit:0"))
      .actor("web", leaves(""), kHopeless)
      .actor("db", kObedient)
      .start();
  const auto stranger = box.wait_event("other ready");
  box.let_pass(20ms);  // the kernel counts the starts of processes in hundredths of a second
  box.open_gate("ready");
  box.wait_output("*** web has failed for good (exit code 1)\n");
  CHECK(has(box.errors(), fmt::format("process {} (actor) is none that", stranger.pid)));
  box.open_gate("go");
  box.wait_event("other on");
  CHECK(box.count("other got-TERM") == 0);
  CHECK(box.count("daemon bye") == 1);
}

TEST_CASE("V19 without a pid file the daemon is found by its marker", "[system][forking][V19]") {
  if (skipped()) return;
  const std::string keys =
      "type: forking\nready: {timeout: 1s, interval: 10ms}\nrestart_backoff: {initial: 1ms}\n";
  SECTION("it is there") {
    Container box;
    box.actor("web", leaves(""), keys).actor("db", leaves(""), keys).start();
    box.wait_event("daemon ready", 2);
    CHECK(has_status(box, "web: running, pid "));
    CHECK(box.eventually(5s, [&] { return has(box.status("db"), "db: running, pid "); }));
    const auto said = box.errors().size();
    (void)box.status("db");
    box.wait_output("*** container: healthy\n", said);
    CHECK(!has(box.errors().substr(said), "stray"));
    box.signal(SIGTERM);
    CHECK(box.wait_exit().code == 0);
    CHECK(box.count("daemon bye") == 2);
  }
  SECTION("it has left none") {
    Container box;
    box.actor("web", "exit:0", keys + "restart: \"no\"\n").start();
    CHECK(box.wait_exit().code == 1);
    CHECK(has(box.errors(), "*** web is not ready after 1s: it has left no process behind\n"));
  }
  SECTION("the program fails") {
    Container box;
    box.actor("web", "exit:3", keys + "restart: \"no\"\n").start();
    const auto end = box.wait_exit();
    CHECK(end.code == 3);
    CHECK(end.took < within(500ms));
    CHECK(has(box.errors(), "*** web exited with status 3.\n"));
  }
}

TEST_CASE("V19 a daemon that has lost its marker is found by its program's name",
          "[system][forking][V19]") {
  if (skipped()) return;
  const std::string keys = "type: forking\nready: {timeout: 1s, interval: 10ms}\nrestart: \"no\"\n";
  const std::string words =
      "fork:daemon { setsid bare on:TERM=say:bye,exit:0 say:ready serve } until:left exit:0";
  SECTION("it is the only one") {
    Container box;
    box.actor("web", words, keys).start();
    const auto daemon = box.wait_event("daemon ready");
    box.open_gate("left");
    CHECK(has_status(box, running(daemon, 0)));
    box.signal(SIGTERM);
    CHECK(box.wait_exit().code == 0);
    CHECK(has(box.errors(), fmt::format("*** Shutting down web (PID {})...\n", daemon.pid)));
    CHECK(box.count("daemon bye") == 1);
  }
  SECTION("it may be that of another service") {
    Container box;
    box.actor("db", words, keys).actor("web", words, keys).start();
    box.wait_event("daemon ready", 2);
    box.open_gate("left");
    box.wait_output(" (actor) does not tell whose it is: a pid_file would\n", 0);
    box.wait_output("*** web has failed for good (exit code 1)\n");
    CHECK(!has(box.errors(), "Shutting down web (PID"));
  }
}

TEST_CASE("a program that puts itself into the background is told what to do instead",
          "[system][forking]") {
  if (skipped()) return;
  const std::string keys = "restart: \"no\"\n";
  for (const std::string marker : {"", "bare "}) {
    CAPTURE(marker);
    Container box;
    box.actor("web", "fork:daemon { setsid " + marker + "say:ready serve } until:left exit:0", keys)
        .start();
    const auto daemon = box.wait_event("daemon ready");
    box.open_gate("left");
    CHECK(box.wait_exit().code == 0);
    CHECK(
        has(box.errors(), fmt::format("*** web exited with status 0.\n*** web has left actor (PID "
                                      "{}) in the background: keep it in the foreground, or "
                                      "say 'type: forking'\n",
                                      daemon.pid)));
  }
}

TEST_CASE("V19 T1 nginx as Debian ships it is supervised and stopped", "[system][forking][T1]") {
  if (skipped_without_root()) return;
  const auto nginx = find_program("nginx");
  if (nginx.empty()) {
    std::cerr << "skipped: V19 T1 nginx as Debian ships it: nginx is not installed\n";
    return;
  }
  // Without its pid file it is found although it writes a title over its environment.
  std::string pid_file = "pid_file: /run/nginx.pid\n";
  SECTION("with its pid file") {}
  SECTION("without it") {
    pid_file.clear();
  }
  const auto port = free_port();
  std::string conf = "user root;\npid /run/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\n";
  for (const auto* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    conf += fmt::format("{0}_temp_path /run/{0};\n", kind);
  }
  conf += fmt::format("access_log off;\nserver {{ listen 127.0.0.1:{}; return 200 hello; }}\n}}\n",
                      port);
  Container box;
  box.file("/etc/nginx.conf", conf)
      .service("web", "type: forking\nstop_signal: SIGQUIT\n" + pid_file + "command: [" + nginx +
                          ", -e, stderr, -c, /etc/nginx.conf]\n")
      .start();
  box.wait_output("*** Started web");
  REQUIRE(has_status(box, "web: running, pid "));
  const auto answer = ask_port(port, "GET / HTTP/1.0\r\n\r\n");
  CHECK(has(answer.value_or("refused"), "200 OK"));
  CHECK(has(box.status("web"), "restarts 0"));
  const auto all = box.processes();
  CHECK(std::ranges::count(all, 'Z', &Process::state) == 0);
  CHECK(std::ranges::count(all, "nginx", &Process::name) >= 2);
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(!has(box.errors(), "Forcing"));
}

}  // namespace my_init::test
