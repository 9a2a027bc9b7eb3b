#include <fmt/format.h>

#include <csignal>
#include <random>

#include "container.hpp"

namespace my_init::test {
namespace {

/// web, above db, whose daemon leaves its group and its session and then does `words`.
void add_daemon(Container& box, const std::string& words, const std::string& keys) {
  box.actor("db", kObedient)
      .actor("web", "fork:parent { setsid fork:daemon { " + words + " } } wait " + kObedient,
             "depends_on: [db]\n" + keys)
      .start();
  box.wait_event("db ready");
  box.wait_event("web ready");
  box.wait_event("daemon ready");
}

}  // namespace

TEST_CASE("S1 a group member that outlives its leader is killed when the grace is over",
          "[system][S1]") {
  if (skipped()) return;
  Container box;
  box.actor("web", std::string{"fork:kid { on:TERM say:ready serve } "} + kObedient,
            "stop_grace_period: 1s\n")
      .start();
  box.wait_event("web ready");
  box.wait_event("kid ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 1s);
  CHECK(end.took <= within(1s));
  CHECK(box.count("web bye") == 1);
  CHECK(box.count("kid got-TERM") >= 1);
  CHECK(has(box.errors(), "*** web"));
  CHECK(has(box.errors(), "did not shut down in time. Forcing it to exit."));
}

TEST_CASE("S2 after a SIGKILL from outside the old group ends before the new run starts",
          "[system][S2]") {
  if (skipped()) return;
  const std::string keys =
      "restart: always\nrestart_backoff: {initial: 0s, jitter: 0}\nstop_grace_period: 500ms\n";
  SECTION("a child that ends on SIGTERM after a while") {
    Container box;
    box.actor("web",
              "say:started fork:kid { on:TERM=sleep:200,say:bye,exit:0 say:ready serve } serve",
              keys)
        .start();
    const auto web = box.wait_event("web started");
    box.wait_event("kid ready");
    ::kill(box.process(web.pid).value_or(Process{}).host_pid, SIGKILL);
    CHECK(box.wait_event("web started", 2).at > box.wait_event("kid bye").at);
  }
  SECTION("a child that must be killed") {
    Container box;
    box.actor("web", "say:started fork:kid { on:TERM say:ready serve } serve", keys).start();
    const auto web = box.wait_event("web started");
    const auto kid = box.wait_event("kid ready");
    ::kill(box.process(web.pid).value_or(Process{}).host_pid, SIGKILL);
    CHECK(box.wait_event("web started", 2).at >= box.wait_event("kid got-TERM").at + 400ms);
    const auto left = box.process(kid.pid);
    CHECK((!left || left->state == 'Z' || left->command.empty()));
  }
}

TEST_CASE("S3 a daemon that left its session is stopped with its service", "[system][S3]") {
  if (skipped()) return;
  SECTION("one that obeys") {
    Container box;
    add_daemon(box, kObedient, "");
    (void)box.status("web");
    const auto daemon = box.wait_event("daemon ready");
    box.wait_output(fmt::format("stray: {} (actor) of web\n", daemon.pid));
    box.signal(SIGTERM);
    const auto end = box.wait_exit();
    CHECK(end.code == 0);
    CHECK(end.took < within(300ms));
    CHECK(box.wait_event("db got-TERM").at > box.wait_event("daemon bye").at);
  }
  SECTION("one that ignores SIGTERM") {
    Container box;
    add_daemon(box, "on:TERM say:ready serve", "stop_grace_period: 1s\n");
    box.signal(SIGTERM);
    const auto end = box.wait_exit();
    CHECK(end.code == 0);
    CHECK(end.took >= 1s);
    CHECK(end.took <= within(1s));
    CHECK(box.count("db bye") == 1);
  }
}

TEST_CASE("S3 a daemon without the marker is named as a stray and ends in the last phase",
          "[system][S3]") {
  if (skipped()) return;
  Container box;
  add_daemon(box, std::string{"bare "} + kObedient, "");
  const auto daemon = box.wait_event("daemon ready");
  const auto said = box.errors().size();
  (void)box.status("web");
  CHECK(box.eventually(1s, [&] {
    return has(box.errors().substr(said), fmt::format("stray: {} (actor)\n", daemon.pid));
  }));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.wait_event("daemon got-TERM").at > box.wait_event("db bye").at);
  CHECK(box.count("daemon bye") == 1);
}

TEST_CASE("S4 a service that is stopped by SIGSTOP still stops at once", "[system][S4]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient).start();
  const auto web = box.wait_event("web ready");
  ::kill(box.process(web.pid).value_or(Process{}).host_pid, SIGSTOP);
  CHECK(box.eventually(1s, [&] { return box.process(web.pid).value_or(Process{}).state == 'T'; }));
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(200ms));
  CHECK(box.count("web bye") == 1);
}

TEST_CASE("S5 a stop right after a start always stops", "[system][S5][race]") {
  if (skipped()) return;
  const unsigned seed = 5;
  std::mt19937 random{seed};
  // How long a start takes here, so that the stop comes 1 ms before to 2 ms after it.
  Container first;
  first.actor("web", "say:started serve").start();
  first.wait_event("web started");
  const auto usual = std::chrono::steady_clock::now() - first.exec_at();
  const int rounds = loops(1000);
  for (int round = 0; round < rounds; ++round) {
    const auto delay = usual - 1ms + std::chrono::microseconds{random() % 3000};
    CAPTURE(seed, round, delay);
    Container box;
    box.actor("web", "serve", "restart: always\nrestart_backoff: {initial: 0s}\n")
        .child_of_other_init()
        .start();
    box.let_pass(delay);
    box.signal(SIGTERM);
    const auto end = box.wait_exit();
    REQUIRE(end.took <= within(1s));
    REQUIRE(end.left.empty());
  }
}

}  // namespace my_init::test
