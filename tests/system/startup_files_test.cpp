#include <csignal>

#include "container.hpp"

namespace my_init::test {

TEST_CASE("L6 SIGTERM during a start-up script ends its group and starts nothing else",
          "[system][L6]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:started serve").actor_main("say:started exit:0");
  // The shell waits for its child, so both are in the group that must get the signal.
  box.script("/etc/my_init.d/10_slow",
             box.actor_line("slow", "on:TERM=say:bye,exit:0 say:ready serve"))
      .script("/etc/my_init.d/20_next", box.actor_line("next", "say:started"))
      .script("/etc/rc.local", box.actor_line("local", "say:started"))
      .start();
  box.wait_event("slow ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 143);
  CHECK(end.took < within(300ms));
  CHECK(box.count("slow bye") == 1);
  for (const auto* name : {"next", "local", "web", "main"}) {
    CAPTURE(name);
    CHECK(box.count(std::string{name} + " started") == 0);
  }
}

TEST_CASE("L6 a start-up script that ignores SIGTERM is killed after its grace", "[system][L6]") {
  if (skipped()) return;
  Container box;
  box.variable("KILL_PROCESS_TIMEOUT", "1")
      .script("/etc/my_init.d/10_deaf", "exec " + box.actor_line("deaf", "on:TERM say:ready serve"))
      .start();
  box.wait_event("deaf ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 143);
  CHECK(end.took >= 1s);
  CHECK(end.took <= within(1s));
  CHECK(box.count("deaf got-TERM") == 1);
}

TEST_CASE("L7 a start-up script that fails ends the boot with its status", "[system][L7]") {
  if (skipped()) return;
  for (const int code : {1, 3, 255}) {
    CAPTURE(code);
    Container box;
    box.actor("web", "say:started serve").actor_main("say:started exit:0");
    box.script("/etc/my_init.d/10_good", box.actor_line("good", "say:started"))
        .script("/etc/my_init.d/20_bad", "exit " + std::to_string(code))
        .script("/etc/my_init.d/30_next", box.actor_line("next", "say:started"))
        .start();
    CHECK(box.wait_exit().code == code);
    CHECK(box.errors().find("*** /etc/my_init.d/20_bad failed with status " +
                            std::to_string(code)) != std::string::npos);
    CHECK(box.count("good started") == 1);
    CHECK(box.count("next started") + box.count("web started") + box.count("main started") == 0);
  }
}

TEST_CASE("L7 a failing rc.local starts no service", "[system][L7]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:started serve").script("/etc/rc.local", "exit 9").start();
  CHECK(box.wait_exit().code == 9);
  CHECK(box.errors().find("*** /etc/rc.local failed with status 9") != std::string::npos);
  CHECK(box.count("web started") == 0);
}

}  // namespace my_init::test
