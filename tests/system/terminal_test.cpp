#include <termios.h>
#include <unistd.h>

#include <csignal>

#include "container.hpp"

namespace my_init::test {
namespace {

constexpr auto kWatchful = "on:HUP on:CONT on:INT on:TSTP on:TERM=exit:0 say:ready serve";

/// No signal but SIGTERM has come to the service "web".
void check_undisturbed(Container& box) {
  for (const auto* signal : {"HUP", "CONT", "INT", "TSTP"}) {
    CAPTURE(signal);
    CHECK(box.count(std::string{"web got-"} + signal) == 0);
  }
}

}  // namespace

TEST_CASE("L18 the main command has the terminal and gets ^C once", "[system][L18]") {
  if (skipped()) return;
  Container box;
  box.on_terminal()
      .actor("web", kWatchful)
      .actor_main("on:INT on:HUP on:CONT on:TERM on:QUIT=exit:5 foreground say:ready serve")
      .start();
  box.wait_event("web ready");
  box.wait_event("main ready");
  CHECK(box.count("main foreground") == 1);
  box.type("\x03");
  box.wait_event("main got-INT");
  box.type("\x03");
  box.wait_event("main got-INT", 2);
  CHECK(box.running());
  box.type("\x1c");
  CHECK(box.wait_exit().code == 5);
  CHECK(box.count("main got-INT") == 2);
  CHECK(box.count("main got-HUP") + box.count("main got-CONT") + box.count("main got-TERM") == 0);
  check_undisturbed(box);
}

TEST_CASE("L18 job control works in a shell that is the main command", "[system][L18]") {
  if (skipped()) return;
  Container box;
  box.on_terminal()
      .variable("PS1", "prompt> ")
      .variable("TERM", "dumb")
      .actor("web", kWatchful)
      .main({"/bin/bash", "--norc", "--noprofile", "-i"})
      .start();
  box.wait_event("web ready");
  box.wait_output("prompt> ");
  const auto run = [&box](const std::string& line, const std::string& event) {
    box.type(line + '\n');
    box.wait_event(event);
  };
  run(box.actor_line("job", "on:CONT foreground say:one serve"), "job one");
  box.type("\x1a");
  box.wait_output("Stopped");
  const auto said = box.output().size();
  box.type("jobs -p | wc -l\n");
  box.wait_output("1\r\n", said);
  // The shell hands over the terminal before it sends SIGCONT, and names the job before both.
  run("fg", "job got-CONT");
  box.type("\x03");
  // Only a shell that has the terminal back answers.
  run(box.actor_line("after", "foreground say:two exit:0"), "after two");
  CHECK(box.count("job foreground") == 1);
  CHECK(box.count("after foreground") == 1);
  CHECK(box.output().find("no job control") == std::string::npos);
  box.type("exit 6\n");
  CHECK(box.wait_exit().code == 6);
  check_undisturbed(box);
}

TEST_CASE("L18 stty tostop never stops PID 1", "[system][L18]") {
  if (skipped()) return;
  Container box;
  box.on_terminal()
      .actor("crash", "say:started until:go exit:1", "restart_backoff: {initial: 0s}\n")
      .actor_main("say:ready until:end exit:3")
      .start();
  box.wait_event("crash started");
  box.wait_event("main ready");
  termios settings{};
  REQUIRE(::tcgetattr(box.terminal(), &settings) == 0);
  settings.c_lflag |= TOSTOP;
  REQUIRE(::tcsetattr(box.terminal(), TCSANOW, &settings) == 0);
  const auto said = box.output().size();
  box.open_gate("go");
  box.wait_output("crash", said);
  box.wait_event("crash started", 3);
  const auto init = box.process(1);
  REQUIRE(init.has_value());
  CHECK(init->state != 'T');
  box.open_gate("end");
  CHECK(box.wait_exit().code == 3);
}

TEST_CASE("L18 without a main command the terminal's ^C is an orderly stop", "[system][L18]") {
  if (skipped()) return;
  Container box;
  box.on_terminal().actor("web", kWatchful).start();
  box.wait_event("web ready");
  box.type("\x03");
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("web got-TERM") == 1);
  check_undisturbed(box);
}

}  // namespace my_init::test
