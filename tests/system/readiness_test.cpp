#include <fmt/format.h>

#include <csignal>
#include <filesystem>

#include "container.hpp"

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

constexpr auto kNotify = "ready: {notify: true}\n";
constexpr auto kOnHealthyWeb = "depends_on: {web: {condition: service_healthy}}\n";
constexpr auto kSystemdNotify = "/usr/bin/systemd-notify";

/// How many sockets of services there are.
std::size_t sockets(const Container& box) {
  std::error_code none;
  const fs::directory_iterator all{box.host_path("/run/my_init/notify"), none};
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// web does `first` in its first run and `second` in its later ones.
void two_runs(Container& box, const std::string& first, const std::string& second,
              const std::string& keys) {
  box.script("/etc/web", "[ -e /run/ran ] && exec " + box.actor_line("web", second) +
                             "\n: > /run/ran\nexec " + box.actor_line("web", first))
      .service("web", "command: [/etc/web]\nrestart_backoff: {initial: 0s}\n" + keys)
      .start();
}

}  // namespace

TEST_CASE("a service that depends on a healthy one starts after its READY=1", "[system][ready]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:begun until:go say:tells notify:READY=1 " + std::string{kObedient}, kNotify)
      .actor("app", kObedient, kOnHealthyWeb)
      .start();
  box.wait_event("web begun");
  CHECK(box.status("web").starts_with("web: starting, pid "));
  CHECK(box.status("app") == "app: waiting, restarts 0; waits for 'web'");
  CHECK(box.count("app ready") == 0);
  box.open_gate("go");
  const auto app = box.wait_event("app ready");
  CHECK(app.at > box.wait_event("web tells").at);
  CHECK(box.status("web").starts_with("web: running, pid "));
  box.wait_output("*** web is ready\n");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("the last STATUS= of a service is shown in its status line", "[system][ready]") {
  if (skipped()) return;
  Container box;
  box.actor("web",
            "notify:STATUS=warming-up say:begun until:go notify:READY=1;STATUS=serving until:end "
            "exit:0",
            std::string{kNotify} + "restart: \"no\"\n")
      .actor("other", kObedient)
      .start();
  box.wait_event("web begun");
  CHECK(box.eventually(5s, [&] { return box.status("web").ends_with("; warming-up"); }));
  box.open_gate("go");
  box.wait_output("*** web is ready\n");
  CHECK(box.status("web").ends_with(", restarts 0; serving"));
  box.open_gate("end");
  box.wait_output("*** web completed\n");
  CHECK(!has(box.status("web"), "serving"));
}

TEST_CASE("the socket of a service is there while it runs", "[system][ready]") {
  if (skipped()) return;
  Container box;
  box.actor("other", kObedient)
      .actor("web", "env:NOTIFY_SOCKET notify:READY=1 until:end exit:0",
             std::string{kNotify} + "restart: \"no\"\n")
      .start();
  box.wait_output("*** web is ready\n");
  CHECK(sockets(box) == 1);
  box.open_gate("end");
  box.wait_output("*** web completed\n");
  CHECK(sockets(box) == 0);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("E8 readiness is told by an abstract address where /run is read-only",
          "[system][ready][E8]") {
  if (skipped()) return;
  Container box;
  box.through({"/bin/sh", "-c", "mount -o remount,bind,ro /run && exec \"$@\"", "sh"})
      .actor("web", "notify:READY=1;STATUS=up serve", kNotify)
      .actor("app", kObedient, kOnHealthyWeb)
      .start();
  box.wait_event("app ready");
  CHECK(sockets(box) == 0);
  CHECK(box.status("web").ends_with("; up"));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("a service without READY=1 in time is restarted by its policy", "[system][ready]") {
  if (skipped()) return;
  Container box;
  const std::string keys = "ready: {notify: true, timeout: 300ms}\n";
  SECTION("always") {
    box.actor("web", "say:started serve", keys + "restart_backoff: {initial: 0s}\n").start();
    const auto second = box.wait_event("web started", 2);
    box.wait_output("*** web is not ready after 300ms\n");
    CHECK(second.at - box.events("web started")[0].at >= 290ms);
    CHECK(second.at - box.events("web started")[0].at <= within(300ms));
    CHECK(box.status("web").starts_with("web: starting, pid "));
  }
  SECTION("no") {
    box.actor("web", "serve", keys + "restart: \"no\"\nessential: true\n").start();
    CHECK(box.wait_exit().code == 1);
    CHECK(has(box.errors(), "*** web is not ready after 300ms\n"));
    CHECK(has(box.errors(), "*** web has failed for good (exit code 1)\n"));
  }
  SECTION("an exit with success before it was ready is a failure") {
    box.actor("web", "say:started exit:0",
              keys + "restart: on-failure\nrestart_backoff: {initial: 0s}\n")
        .start();
    box.wait_event("web started", 3);
    CHECK(!has(box.errors(), "not ready"));
  }
}

TEST_CASE("EXTEND_TIMEOUT_USEC gives a service more time to be ready", "[system][ready]") {
  if (skipped()) return;
  Container box;
  const std::string keys = "ready: {notify: true, timeout: 300ms}\n";
  SECTION("enough") {
    box.actor("web",
              "notify:EXTEND_TIMEOUT_USEC=9000000 say:started sleep:600 notify:READY=1 serve", keys)
        .start();
    box.wait_output("*** web is ready\n");
    CHECK(box.count("web started") == 1);
    CHECK(!has(box.errors(), "not ready"));
  }
  SECTION("not enough") {
    box.actor("web", "say:started notify:EXTEND_TIMEOUT_USEC=700000 serve",
              keys + "restart_backoff: {initial: 0s}\n")
        .start();
    const auto second = box.wait_event("web started", 2);
    CHECK(second.at - box.events("web started")[0].at >= 690ms);
    CHECK(second.at - box.events("web started")[0].at <= within(700ms));
  }
}

TEST_CASE("EXTEND_TIMEOUT_USEC gives a service more time to stop", "[system][ready]") {
  if (skipped()) return;
  Container box;
  box.actor("web",
            "on:TERM=notify:EXTEND_TIMEOUT_USEC=9000000,sleep:600,say:bye,exit:0 "
            "notify:READY=1 serve",
            std::string{kNotify} + "stop_grace_period: 300ms\n")
      .start();
  box.wait_output("*** web is ready\n");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 590ms);
  CHECK(box.count("web bye") == 1);
}

TEST_CASE("a service that misses its watchdog is restarted", "[system][ready]") {
  if (skipped()) return;
  Container box;
  box.actor("web",
            "env:WATCHDOG_USEC notify:READY=1 sleep:600 notify:WATCHDOG=1 sleep:600 "
            "notify:WATCHDOG=1 say:last serve",
            std::string{kNotify} + "watchdog: 1s\nrestart_backoff: {initial: 0s}\n")
      .start();
  const auto last = box.wait_event("web last");
  CHECK(box.status("web").starts_with("web: running, healthy, pid "));
  CHECK(box.count("web WATCHDOG_USEC=1000000") == 1);
  const auto second = box.wait_event("web WATCHDOG_USEC=1000000", 2);
  CHECK(second.at - last.at >= 990ms);
  CHECK(second.at - last.at <= within(1s));
  box.wait_output("*** web is unhealthy: no WATCHDOG=1 for 1s\n");
}

TEST_CASE("a service changes and triggers its watchdog", "[system][ready]") {
  if (skipped()) return;
  Container box;
  box.actor("web",
            "say:begun notify:READY=1;WATCHDOG_USEC=60000000 sleep:400 say:lives "
            "notify:WATCHDOG=trigger serve",
            std::string{kNotify} + "watchdog: 200ms\nrestart_backoff: {initial: 0s}\n")
      .start();
  const auto lives = box.wait_event("web lives");
  CHECK(box.wait_event("web begun", 2).at - lives.at <= within(0ms));
  box.wait_output("*** web is unhealthy: it says so itself (WATCHDOG=trigger)\n");
}

TEST_CASE("a service goes on in the process that MAINPID names", "[system][ready]") {
  if (skipped()) return;
  const auto* const told_early = "notify:READY=1;MAINPID=% until:go exit:0";
  const auto* const told_last = "until:go notify:READY=1;MAINPID=% exit:0";
  const std::string words = GENERATE_COPY(told_early, told_last);
  CAPTURE(words);
  Container box;
  box.actor("web", std::string{"fork:child { "} + kObedient + " } say:forked " + words, kNotify)
      .start();
  const auto child = box.wait_event("child ready");
  const auto parent = box.wait_event("web forked");
  if (words == told_early) box.wait_output("*** web is ready\n");
  box.open_gate("go");
  box.wait_output("*** web is ready\n");
  REQUIRE(box.eventually(5s, [&] { return !box.process(parent.pid); }));
  const auto expected = fmt::format("web: running, pid {}, restarts 0", child.pid);
  CHECK(box.eventually(5s, [&] { return box.status("web") == expected; }));
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(300ms));
  CHECK(box.count("child bye") == 1);
  CHECK(!has(box.errors(), "did not shut down"));
}

TEST_CASE("MAINPID counts at once when it names an orphan of the service", "[system][ready]") {
  if (skipped()) return;
  Container box;
  box.actor("web",
            "fork:middle { fork:child { on:TERM=say:bye,exit:0 until:go "
            "notify:READY=1;MAINPID=% say:ready serve } } wait on:TERM=exit:0 say:waits serve",
            kNotify)
      .start();
  const auto parent = box.wait_event("web waits");
  box.open_gate("go");
  const auto child = box.wait_event("child ready");
  const auto expected = fmt::format("web: running, pid {}, restarts 0", child.pid);
  CHECK(box.eventually(5s, [&] { return box.status("web") == expected; }));
  ::kill(box.process(parent.pid).value_or(Process{}).host_pid, SIGKILL);
  REQUIRE(box.eventually(5s, [&] { return !box.process(parent.pid); }));
  CHECK(box.status("web") == expected);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("child bye") == 1);
}

TEST_CASE("a service whose MAINPID ends is restarted", "[system][ready]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "fork:child { until:end exit:7 } say:forked notify:READY=1;MAINPID=% exit:0",
            std::string{kNotify} + "restart_backoff: {initial: 0s}\n")
      .start();
  box.wait_output("*** web is ready\n");
  box.open_gate("end");
  box.wait_event("web forked", 2);
  box.wait_output("*** web exited with status 7.\n");
}

TEST_CASE("descriptors that a service has stored come back in its next run", "[system][ready]") {
  if (skipped()) return;
  Container box;
  two_runs(box, "store:first store:second notify:READY=1 exit:1",
           "env:LISTEN_FDS env:LISTEN_FDNAMES contents:3 contents:4 env:LISTEN_PID "
           "notify:FDSTOREREMOVE=1;FDNAME=first until:again say:again exit:1",
           kNotify);
  const auto run = box.wait_event("web LISTEN_FDS=2");
  box.wait_event("web LISTEN_FDNAMES=first:second");
  box.wait_event("web first");
  box.wait_event("web second");
  box.wait_event(fmt::format("web LISTEN_PID={}", run.pid));
  box.open_gate("again");
  box.wait_event("web LISTEN_FDNAMES=second");
  box.wait_event("web LISTEN_FDS=1");
}

TEST_CASE("V14 READY=1 from a child of an older run is ignored", "[system][ready][V14]") {
  if (skipped()) return;
  Container box;
  two_runs(
      box,
      "fork:old { setsid say:waits until:late notify:READY=1 say:late serve } until:end exit:1",
      "say:second until:now notify:READY=1 serve", std::string{kNotify} + "kill_mode: process\n");
  box.wait_event("old waits");
  box.open_gate("end");
  box.wait_event("web second");
  box.open_gate("late");
  box.wait_event("old late");
  CHECK(box.count("old unheard") == 1);
  CHECK(box.status("web").starts_with("web: starting"));
  CHECK(!has(box.errors(), "is ready"));
  box.open_gate("now");
  box.wait_output("*** web is ready\n");
}

TEST_CASE("V16 systemd-notify from a short-lived child is heard every time",
          "[system][ready][V16][race]") {
  if (skipped_without(kSystemdNotify)) return;
  const std::string options = GENERATE(as<std::string>{}, "", "--no-block ");
  CAPTURE(options);
  const auto rounds = static_cast<std::size_t>(loops(1000) / 10);
  Container box;
  box.script("/etc/web", "echo >> /run/runs\n[ $(wc -l < /run/runs) -le " + std::to_string(rounds) +
                             " ] || exec " + box.actor_line("web", "say:over serve") +
                             "\n(systemd-notify " + options + "--ready --status=told)\nexit 0")
      .service("web",
               "command: [/etc/web]\nrestart_backoff: {initial: 0s}\n" + std::string{kNotify})
      .start();
  box.wait_event("web over", 1, 60s);
  CHECK(box.wait_until(
      5s, [&] { return times(box.errors(), "*** web exited with status 0.\n") == rounds; }));
  CHECK(times(box.errors(), "*** web is ready\n") == rounds);
}

TEST_CASE("V16 systemd-notify returns when its word has been taken", "[system][ready][V16][race]") {
  if (skipped_without(kSystemdNotify)) return;
  const auto rounds = static_cast<std::size_t>(loops(1000) / 40);
  Container box;
  box.script("/etc/web", "echo >> /run/runs\n[ $(wc -l < /run/runs) -le " + std::to_string(rounds) +
                             " ] || exec " + box.actor_line("web", "say:over serve") +
                             "\nsystemd-notify --ready --status=told && kill -USR2 1\nexec " +
                             box.actor_line("web", "until:go exit:0"))
      .service("web",
               "command: [/etc/web]\nrestart_backoff: {initial: 0s}\n" + std::string{kNotify})
      .start();
  // One after the other: a signal that is pending already would be lost.
  for (std::size_t round = 1; round <= rounds; ++round) {
    CAPTURE(round);
    REQUIRE(box.wait_until(5s, [&] { return times(box.errors(), "; told\n") >= round; }));
    if (round == 1) box.open_gate("go");
  }
  box.wait_event("web over");
  CHECK(times(box.errors(), "*** web: running, ") == rounds);
}

TEST_CASE("T6 the message bus of a full system tells when it is ready", "[system][ready][T6]") {
  if (skipped_without("/usr/bin/dbus-daemon")) return;
  Container box;
  box.service("bus",
              "command: [dbus-daemon, --session, --nofork, --nopidfile, "
              "\"--address=unix:path=/run/bus\"]\n" +
                  std::string{kNotify})
      .actor("app", kObedient, "depends_on: {bus: {condition: service_healthy}}\n")
      .start();
  box.wait_event("app ready");
  CHECK(fs::exists(box.host_path("/run/bus")));
  box.wait_output("*** bus is ready\n");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("T6 the journal of a full system is ready and keeps its watchdog",
          "[system][ready][T6]") {
  const std::string program = "/lib/systemd/systemd-journald";
  if (skipped_without_root() || skipped_without(program)) return;
  Container box;
  // It leaves the kernel's log and its audit alone.
  box.file("/etc/systemd/journald.conf",
           "[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=\nForwardToConsole=no\n")
      .file("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
      .service("journal", "command: [" + program + "]\nwatchdog: 1s\n" + kNotify)
      .start();
  box.wait_output("*** journal is ready\n");
  CHECK(fs::exists(box.host_path("/run/systemd/journal/socket")));
  CHECK(box.eventually(5s, [&] { return has(box.status("journal"), "running, healthy, pid "); }));
  box.let_pass(2500ms);
  CHECK(has(box.status("journal"), ", restarts 0; Processing requests..."));
  CHECK(!has(box.errors(), "unhealthy"));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

}  // namespace my_init::test
