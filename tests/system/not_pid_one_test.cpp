#include <csignal>

#include "container.hpp"

namespace my_init::test {
namespace {

constexpr auto kStranger = "on:TERM on:HUP on:INT on:CONT on:QUIT on:USR1 say:ready serve";

/// Two strangers: one like any process, one in a session of its own.
void add_strangers(Container& box) {
  box.child_of_other_init()
      .beside("stranger", kStranger)
      .beside("hermit", std::string{"setsid "} + kStranger);
}

/// They, and only they, are left, and no signal has come to them.
void check_strangers(Container& box, const Exit& end) {
  REQUIRE(end.left.size() == 2);
  for (const std::string name : {"stranger", "hermit"}) {
    CAPTURE(name);
    const auto pid = box.wait_event(name + " ready").pid;
    CHECK((end.left[0].pid == pid || end.left[1].pid == pid));
    for (const auto* signal : {"TERM", "HUP", "INT", "CONT", "QUIT", "USR1"}) {
      CHECK(box.count(name + " got-" + signal) == 0);
    }
  }
}

}  // namespace

TEST_CASE("L17 not as PID 1 it stops in order and never signals a stranger", "[system][L17]") {
  if (skipped()) return;
  Container box;
  add_strangers(box);
  box.actor("db", kObedient).actor("web", kObedient, "depends_on: [db]\n").start();
  for (const auto* event : {"stranger ready", "hermit ready", "db ready", "web ready"}) {
    box.wait_event(event);
  }
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(box.wait_event("db got-TERM").at > box.wait_event("web bye").at);
  check_strangers(box, end);
}

TEST_CASE("L17 not as PID 1 a forced stop kills its own descendants only", "[system][L17]") {
  if (skipped()) return;
  Container box;
  add_strangers(box);
  box.actor("web", "fork:kid { setsid on:TERM say:ready serve } on:TERM say:ready serve",
            "stop_grace_period: 60s\n")
      .start();
  for (const auto* event : {"stranger ready", "hermit ready", "kid ready", "web ready"}) {
    box.wait_event(event);
  }
  box.signal(SIGTERM);
  box.wait_event("web got-TERM");
  box.let_pass(110ms);
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.took < within(1s));
  check_strangers(box, end);
}

TEST_CASE("L17 not as PID 1 orphans come to it and are reaped and ended", "[system][L17]") {
  if (skipped()) return;
  Container box;
  add_strangers(box);
  box.actor("web",
            "fork:parent { fork:short { say:ready until:go exit:3 } "
            "setsid fork:daemon { bare on:TERM=say:bye,exit:0 say:ready serve } } "
            "wait on:TERM=say:bye,exit:0 say:ready serve")
      .start();
  for (const auto* event : {"stranger ready", "hermit ready", "daemon ready", "web ready"}) {
    box.wait_event(event);
  }
  const auto orphan = box.wait_event("short ready");
  box.open_gate("go");
  CHECK(box.eventually(1s, [&] { return !box.process(orphan.pid); }));
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(box.count("daemon bye") == 1);
  check_strangers(box, end);
}

TEST_CASE("L17 not as PID 1 the main command's exit code is ours", "[system][L17]") {
  if (skipped()) return;
  for (const int code : {0, 1, 42, 255}) {
    CAPTURE(code);
    Container box;
    add_strangers(box);
    box.actor("web", kObedient).actor_main("until:go exit:" + std::to_string(code)).start();
    for (const auto* event : {"stranger ready", "hermit ready", "web ready"}) box.wait_event(event);
    box.open_gate("go");
    const auto end = box.wait_exit();
    CHECK(end.code == code);
    check_strangers(box, end);
  }
}

}  // namespace my_init::test
