#include <csignal>
#include <fstream>

#include "svctl.hpp"
#include "tmux.hpp"

namespace my_init::test {
namespace {

constexpr auto kTmux = "/usr/bin/tmux";

/// The shell's command line; its number is in /run/pid.
std::string top_of(const Container& box, const std::string& words = {}) {
  return "echo $$ >" + box.host_path("/run/pid") + "; exec " + svctl_program(box) + " --socket " +
         control_path(box) + " top " + words;
}

/// In a shell of its own, so that there is somebody to tell its exit code.
std::string in_shell(const std::string& line) {
  return "sh -c '" + line + "'";
}

pid_t top_pid(const Container& box) {
  std::ifstream file(box.host_path("/run/pid"));
  pid_t pid = 0;
  file >> pid;
  REQUIRE(pid > 0);
  return pid;
}

void start_two(Container& box) {
  box.actor("db", kObedient).actor("web", "print:hello-from-web " + std::string(kObedient));
  box.start();
  box.wait_event("db ready");
  box.wait_event("web ready");
}

}  // namespace

TEST_CASE("svctl top shows services live, and its keys steer them", "[system][control][top]") {
  if (skipped() || skipped_without(kTmux)) return;
  Container box;
  start_two(box);
  const Tmux terminal(box, in_shell(top_of(box)), {});
  terminal.wait_for("2 services: 2 running");
  terminal.wait_for("> db");
  terminal.wait_for("hello-from-web");
  terminal.type("Down");
  terminal.wait_for("> web");
  terminal.type("r");
  box.wait_event("web ready", 2);
  terminal.type("s");
  terminal.wait_for("1 running, 1 stopped");
  terminal.type("S");
  box.wait_event("web ready", 3);
  terminal.wait_for("2 services: 2 running");
  terminal.type("l");
  terminal.wait_for("what web writes\nhello-from-web\nhello-from-web\nhello-from-web\n");
  terminal.type("q");
  terminal.wait_for("> web");
  terminal.type("/");
  terminal.type("d");
  terminal.type("Enter");
  terminal.wait_for("> db");
  CHECK_FALSE(has(terminal.screen(), "hello-from-web"));
  terminal.type("?");
  terminal.wait_for("any key goes back");
  terminal.type("Escape");
  terminal.wait_for("only those with 'd'");
  terminal.type("q");
  terminal.wait_for_end(0);
}

TEST_CASE("svctl top follows the size of its terminal", "[system][control][top]") {
  if (skipped() || skipped_without(kTmux)) return;
  Container box;
  start_two(box);
  const Tmux terminal(box, in_shell(top_of(box)), {100, 20});
  terminal.wait_for("LAST LINE");
  terminal.resize({40, 6});
  terminal.wait_for("\nq quit  r restart  s stop  S start  l lo\n");
  CHECK_FALSE(has(terminal.screen(), "LAST LINE"));
  terminal.resize({120, 30});
  terminal.wait_for("LAST LINE");
  terminal.wait_for("? help\n");
  terminal.type("C-c");
  terminal.wait_for_end(0);
}

TEST_CASE("svctl top gives the terminal back when it is killed, or my_init is gone",
          "[system][control][top]") {
  if (skipped() || skipped_without(kTmux)) return;
  Container box;
  start_two(box);
  {
    const Tmux terminal(box, in_shell(top_of(box)), {});
    terminal.wait_for("> db");
    ::kill(top_pid(box), SIGTERM);
    terminal.wait_for("svctl: ended by SIGTERM\nended with 1\n");
    terminal.wait_for_end(1);
  }
  const Tmux terminal(box, in_shell(top_of(box)), {});
  terminal.wait_for("> db");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  terminal.wait_for("svctl: my_init ");  // is gone, or has closed the connection
  terminal.wait_for_end(1);
}

TEST_CASE("svctl top says so when it has no terminal that it can draw on",
          "[system][control][top]") {
  if (skipped() || skipped_without(kTmux)) return;
  Container box;
  start_two(box);
  const auto none = svctl(box, {"top"});
  CHECK(none.code == 64);
  CHECK(none.errors ==
        "svctl: top needs a terminal (docker exec -it); svctl status is for scripts\n");
  const Tmux dumb(box, in_shell("TERM=dumb; export TERM; " + top_of(box)), {});
  dumb.wait_for("svctl: cannot draw on a terminal of kind 'dumb' (TERM)\nended with 64\n");
}

TEST_CASE("svctl top has colours, unless NO_COLOR is set", "[system][control][top]") {
  if (skipped() || skipped_without(kTmux)) return;
  constexpr auto kGreen = "\x1b[32m";
  Container box;
  start_two(box);
  const Tmux coloured(box, in_shell("unset NO_COLOR; " + top_of(box)), {});
  coloured.wait_for("> db");
  CHECK(has(coloured.painted_screen(), kGreen));
  const Tmux plain(box, in_shell("NO_COLOR=1; export NO_COLOR; " + top_of(box)), {});
  plain.wait_for("> db");
  CHECK_FALSE(has(plain.painted_screen(), kGreen));
}

}  // namespace my_init::test
