#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "container.hpp"

namespace my_init::test {
namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

Container& add_trues(Container& box) {
  for (int i = 0; i < 300; ++i) {
    box.service("true" + std::to_string(i), "type: oneshot\ncommand: [/bin/true]\n");
  }
  return box;
}

bool no_zombie(const Container& box) {
  return std::ranges::none_of(box.processes(),
                              [](const Process& process) { return process.state == 'Z'; });
}

std::optional<Process> named(const Container& box, const std::string& name) {
  for (auto& process : box.processes()) {
    if (process.name == name) return std::move(process);
  }
  return {};
}

}  // namespace

TEST_CASE("R1 300 instant oneshots in parallel are all completed within 3 s",
          "[system][R1][race]") {
  if (skipped()) return;
  {
    // Nothing else to do: it ends when the last exit has been seen.
    Container box;
    add_trues(box).start();
    const auto end = box.wait_exit();
    CHECK(end.code == 0);
    CHECK(end.took <= within(3s));
  }
  Container box;
  add_trues(box).actor("stay", kObedient).start();
  box.wait_event("stay ready");
  const auto all_completed = [&box] {
    const auto said = box.errors().size();
    (void)box.status("true99");
    (void)box.status("stay");
    return count_of(box.errors().substr(said), ": completed") >= 300;
  };
  CHECK(box.eventually(3s, all_completed));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("R2 the exit code survives 50 children that end in the same moment",
          "[system][R2][race]") {
  if (skipped()) return;
  const int rounds = loops(1000);
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(round);
    Container box;
    box.actor_main("kids-at-exit:50 exit:42").start();
    REQUIRE(box.wait_exit().code == 42);
  }
}

TEST_CASE("R3 an orphan of a service is reaped and the service goes on", "[system][R3]") {
  if (skipped()) return;
  Container box;
  box.actor("web",
            "fork:parent { fork:orphan { say:ready until:go exit:3 } } wait "
            "on:TERM=exit:0 say:ready serve")
      .start();
  const auto web = box.wait_event("web ready");
  box.wait_output("*** Started web");
  const auto orphan = box.wait_event("orphan ready");
  CHECK(box.process(orphan.pid).has_value());
  box.open_gate("go");
  CHECK(box.eventually(1s, [&] { return !box.process(orphan.pid); }));
  CHECK(no_zombie(box));
  const auto status = box.status("web");
  CAPTURE(status);
  CHECK(has(status, "running"));
  CHECK(has(status, "pid " + std::to_string(web.pid)));
  CHECK(has(status, "restarts 0"));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("R4 a storm of 20000 orphans leaves no zombie and the status answers meanwhile",
          "[system][R4]") {
  if (skipped()) return;
  Container box;
  box.actor("storm", "on:TERM=exit:0 until:go say:begun storm:20000 say:over serve")
      .actor("web", kObedient)
      .start();
  box.wait_event("web ready");
  box.wait_output("*** Started web");
  box.open_gate("go");
  box.wait_event("storm begun");
  Duration slowest{};
  int answers = 0;
  while (box.count("storm over") == 0) {
    const auto asked = std::chrono::steady_clock::now();
    CHECK(has(box.status("web"), "running"));
    slowest = std::max<Duration>(slowest, std::chrono::steady_clock::now() - asked);
    ++answers;
    box.let_pass(20ms);
  }
  CHECK(answers > 0);
  CHECK(slowest < within(100ms));
  CHECK(box.eventually(1s, [&] { return no_zombie(box); }));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("R5 a child that was there before our exec dies and nothing changes", "[system][R5]") {
  if (skipped()) return;
  Container box;
  box.beside("old", "say:ready until:go exit:3").actor("web", kObedient).start();
  const auto old = box.wait_event("old ready");
  const auto web = box.wait_event("web ready");
  box.wait_output("*** Started web");
  box.open_gate("go");
  CHECK(box.eventually(1s, [&] { return !box.process(old.pid); }));
  const auto status = box.status("web");
  CAPTURE(status);
  CHECK(has(status, "running"));
  CHECK(has(status, "pid " + std::to_string(web.pid)));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("R6 the grep of a killed CGI script is reaped, so that kill -0 is not fooled",
          "[system][R6]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/cgi", "grep word /run/requests\nexit 0");
  REQUIRE(::mkfifo(box.host_path("/run/requests").c_str(), 0666) == 0);
  box.actor("web", "fork:cgi { exec /bin/bash /etc/cgi } wait say:cgi-gone on:TERM=exit:0 serve")
      .start();
  // Writable once grep reads from it.
  UniqueFd requests;
  CHECK(box.eventually(5s, [&] {
    requests.reset(
        ::open(box.host_path("/run/requests").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    return static_cast<bool>(requests) && named(box, "grep").has_value();
  }));
  const auto grep = named(box, "grep");
  const auto bash = named(box, "cgi").value_or(named(box, "bash").value_or(Process{}));
  REQUIRE(grep.has_value());
  REQUIRE(bash.host_pid > 0);
  ::kill(bash.host_pid, SIGKILL);
  box.wait_event("web cgi-gone");
  CHECK(::kill(grep->host_pid, 0) == 0);
  requests.reset();
  CHECK(box.eventually(1s, [&] { return ::kill(grep->host_pid, 0) < 0 && errno == ESRCH; }));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

}  // namespace my_init::test
