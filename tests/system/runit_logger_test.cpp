#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "container.hpp"
#include "svctl.hpp"

// The loggers of runit directories: wherever a line is when something stops, it is not lost.

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

constexpr int kLines = 5000;

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

/// What reached the logger's file.
std::string logged(const Container& box) {
  return text_of(box.host_path("/run/lines"));
}

/// Each of the lines 1 to `count`, behind that prefix.
std::string numbered(int count, const std::string& prefix = {}) {
  std::string lines;
  for (int line = 1; line <= count; ++line) lines += prefix + std::to_string(line) + '\n';
  return lines;
}

/// A service that prints thousands of lines at the very moment of its stop.
Container& add_talker(Container& box) {
  std::string lines = numbered(kLines);
  std::ranges::replace(lines, '\n', ';');
  return box.script(
      "/etc/service/web/run",
      "exec " + box.actor_line("web", "on:TERM=put:1=" + lines + ",exit:0 say:ready serve"));
}

}  // namespace

TEST_CASE("K11 log/run reads every line, over restarts of both, and is stopped last",
          "[system][K11]") {
  if (skipped()) return;
  Container box;
  // Each life writes ten lines, as long as there are fewer than fifty; the last one waits.
  box.script("/etc/service/web/run",
             "n=$(cat /run/count 2>/dev/null || echo 0)\n"
             "end=$((n + 10))\n"
             "while [ $n -lt $end ]; do n=$((n + 1)); echo \"line $n\"; done\n"
             "echo $n >/run/count\n"
             "[ $n -lt 30 ] && exit 1\n"
             "exec " +
                 box.actor_line("web", "on:TERM=print:bye,exit:0 say:ready serve"));
  // Each life of the logger takes seven lines. It does not hear SIGTERM.
  box.script("/etc/service/web/log/run",
             "trap '' TERM\n"
             "taken=0\n"
             "while [ $taken -lt 7 ] && read -r line; do\n"
             "  echo \"$line\" >>/run/lines; taken=$((taken + 1))\n"
             "done\n");
  box.script("/etc/service/web/finish", "echo \"finish $1 $2\"");
  box.start();
  box.wait_event("web ready", 1, 30s);
  const auto lines = [&] { return text_of(box.host_path("/run/lines")); };
  CHECK(box.eventually(scaled(30s), [&] { return has(lines(), "line 30\n"); }));
  box.signal(SIGTERM);
  CHECK(box.wait_exit(scaled(30s)).code == 0);
  std::string expected;
  for (int line = 1; line <= 30; ++line) {
    expected += "line " + std::to_string(line) + '\n';
    if (line == 10 || line == 20) expected += "finish 1 0\n";
  }
  CHECK(lines() == expected + "bye\nfinish 0 0\n");
  CHECK(!has(box.output(), "line 1"));
}

TEST_CASE("K11 a logger that cannot be started does not keep its service down", "[system][K11]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/service/web/run", "exec " + box.actor_line("web", kObedient));
  box.file("/etc/service/web/log/run", "", 0644);
  box.start();
  box.wait_event("web ready");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("web bye") == 1);
}

TEST_CASE("K11 a logger that is slow to read at the stop still gets every line", "[system][K11]") {
  if (skipped()) return;
  for (const bool is_removed : {false, true}) {
    CAPTURE(is_removed);
    Container box;
    add_talker(box).script(
        "/etc/service/web/log/run",
        box.actor_line("logger", "say:slow until:go") + "\nexec cat >>/run/lines");
    box.start();
    box.wait_event("web ready");
    box.wait_event("logger slow");
    if (is_removed) {
      fs::rename(box.host_path("/etc/service/web"), box.host_path("/etc/web"));
    } else {
      box.signal(SIGTERM);
    }
    box.wait_output("*** Shutting down web.log");
    box.open_gate("go");
    if (is_removed) box.signal(SIGTERM);
    CHECK(box.wait_exit().code == 0);
    CHECK(logged(box) == numbered(kLines));
    CHECK(!has(box.output(), "web | 1"));
  }
}

TEST_CASE("K11 what a logger that is killed at the stop has not read is in the container's log",
          "[system][K11]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/service/web/run", "seq " + std::to_string(kLines) + "\n" +
                                         box.actor_line("web", "say:ready") + "\nexec sleep 1000");
  box.script("/etc/service/web/log/run", "exec sleep 1000");
  box.variable("KILL_PROCESS_TIMEOUT", "1").start();
  box.wait_event("web ready");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.output() == numbered(kLines, "web | "));
}

TEST_CASE("K11 what the logger is not there to read is in the container's log", "[system][K11]") {
  if (skipped()) return;
  for (const bool is_down : {true, false}) {
    CAPTURE(is_down);
    Container box;
    add_talker(box).script("/etc/service/web/log/run", is_down ? "exec cat" : "exit 1");
    box.start();
    box.wait_event("web ready");
    if (is_down) {
      CHECK(svctl(box, {"stop", "web.log"}).code == 0);
    } else {
      box.wait_output("*** Restarting web.log in ");
    }
    box.signal(SIGTERM);
    CHECK(box.wait_exit().code == 0);
    CHECK(box.output() == numbered(kLines, "web | "));
  }
}

TEST_CASE("K11 a line is in the file of a logger that ends at times, or in the container's log",
          "[system][K11]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/service/web/run",
             "seq 20\n" + box.actor_line("web", "say:ready") + "\nexec sleep 1000");
  box.script("/etc/service/web/log/run", "read -r line && echo \"$line\" >>/run/lines");
  box.start();
  box.wait_event("web ready");
  box.wait_output("*** Restarting web.log in ");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  const std::string file = logged(box);
  const auto taken = static_cast<int>(std::count(file.begin(), file.end(), '\n'));
  CHECK(taken >= 1);
  CHECK(file == numbered(taken));
  CHECK(numbered(taken, "web | ") + box.output() == numbered(20, "web | "));
}

}  // namespace my_init::test
