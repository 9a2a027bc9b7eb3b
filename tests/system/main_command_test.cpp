#include <algorithm>
#include <csignal>
#include <cstring>
#include <vector>

#include "container.hpp"

namespace my_init::test {
namespace {

/// How many lines of `text` begin with our prefix and have `part` in them.
int own_lines_with(const std::string& text, const std::string& part) {
  int found = 0;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    if (line.starts_with("*** ") && line.find(part) != std::string::npos) ++found;
    begin = end + 1;
  }
  return found;
}

}  // namespace

TEST_CASE("L1 every exit code of the main command is ours", "[system][L1]") {
  if (skipped()) return;
  for (int code = 0; code <= 255; ++code) {
    CAPTURE(code);
    Container box;
    box.actor("web", kObedient).actor_main("exit:" + std::to_string(code)).start();
    REQUIRE(box.wait_exit().code == code);
  }
}

TEST_CASE("L1 when the main command ends, the services stop in reverse order", "[system][L1]") {
  if (skipped()) return;
  Container box;
  box.actor("db", kObedient)
      .actor("web", kObedient, "depends_on: [db]\n")
      .actor_main("until:go exit:42")
      .start();
  box.wait_event("db ready");
  box.wait_event("web ready");
  box.open_gate("go");
  CHECK(box.wait_exit().code == 42);
  CHECK(box.wait_event("db got-TERM").at > box.wait_event("web bye").at);
  CHECK(box.count("db bye") == 1);
}

TEST_CASE("L2 a main command killed by a signal gives 128 and the signal", "[system][L2]") {
  if (skipped()) return;
  for (const int signo : {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGSEGV, SIGPIPE, SIGTERM}) {
    CAPTURE(signo);
    Container box;
    box.actor_main(std::string{"die:"} + ::sigabbrev_np(signo)).start();
    CHECK(box.wait_exit().code == 128 + signo);
    CHECK(box.errors().find(std::string{"was killed by SIG"} + ::sigabbrev_np(signo)) !=
          std::string::npos);
  }
}

TEST_CASE("L3 a main command that is not there gives 127 and one line with the reason",
          "[system][L3]") {
  if (skipped()) return;
  for (const auto* path : {"/nowhere/program", "no-such-program"}) {
    CAPTURE(path);
    Container box;
    box.actor("web", kObedient).main({path, "word"}).start();
    CHECK(box.wait_exit().code == 127);
    CHECK(own_lines_with(box.errors(), std::string{"cannot start '"} + path + "': exec '") == 1);
    CHECK(own_lines_with(box.errors(), "no such file or directory") == 1);
  }
}

TEST_CASE("L3 a main command that cannot be executed gives 126 and one line with the reason",
          "[system][L3]") {
  if (skipped()) return;
  Container box;
  box.file("/etc/plain", "no program\n", 0644).main({"/etc/plain"}).start();
  CHECK(box.wait_exit().code == 126);
  CHECK(own_lines_with(box.errors(), "exec '/etc/plain': permission denied") == 1);
}

TEST_CASE("L5 the main command gets the very signal that came and its exit code is ours",
          "[system][L5]") {
  if (skipped()) return;
  for (const int signo : {SIGTERM, SIGINT}) {
    const std::string name = ::sigabbrev_np(signo);
    CAPTURE(name);
    Container box;
    box.actor("web", kObedient)
        .actor_main("on:TERM=say:bye,exit:21 on:INT=say:bye,exit:22 say:ready serve")
        .start();
    box.wait_event("web ready");
    box.wait_event("main ready");
    box.signal(signo);
    CHECK(box.wait_exit().code == (signo == SIGTERM ? 21 : 22));
    CHECK(box.count("main got-" + name) == 1);
    CHECK(box.wait_event("web got-TERM").at > box.wait_event("main bye").at);
  }
}

TEST_CASE("L10 every other catchable signal is forwarded to the main command once",
          "[system][L10]") {
  if (skipped()) return;
  const std::vector<std::pair<int, std::string>> signals{
      {SIGHUP, "HUP"},   {SIGQUIT, "QUIT"},         {SIGUSR1, "USR1"},
      {SIGUSR2, "USR2"}, {SIGALRM, "ALRM"},         {SIGWINCH, "WINCH"},
      {SIGPWR, "PWR"},   {SIGIO, "POLL"},           {SIGVTALRM, "VTALRM"},
      {SIGURG, "URG"},   {SIGRTMIN + 3, "RTMIN+3"}, {SIGRTMAX, "RTMIN+30"}};
  std::string words;
  for (const auto& [signo, name] : signals) words += "on:" + name + ' ';
  Container box;
  box.actor("web", kObedient).actor_main(words + "on:TERM=exit:0 say:ready serve").start();
  box.wait_event("web ready");
  box.wait_event("main ready");
  for (const auto& [signo, name] : signals) {
    box.signal(signo);
    box.wait_event("main got-" + name);
  }
  CHECK(box.count("web bye") == 0);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  for (const auto& [signo, name] : signals) {
    CAPTURE(name);
    CHECK(box.count("main got-" + name) == 1);
  }
}

}  // namespace my_init::test
