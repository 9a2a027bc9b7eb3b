#include <algorithm>
#include <csignal>

#include "container.hpp"

namespace my_init::test {

TEST_CASE("V21 after PID 1 was frozen an interval fires once", "[system][V21]") {
  if (skipped()) return;
  Container box;
  box.actor("crash", "say:started exit:1",
            "restart_backoff: {initial: 200ms, factor: 1, jitter: 0}\n")
      .start();
  // It is frozen in the middle of the second interval.
  const std::string interval = "*** Restarting crash in 200ms\n";
  box.wait_output(interval);
  box.wait_event("crash started", 2);
  box.wait_output(interval, box.errors().find(interval) + interval.size());
  box.signal(SIGSTOP);
  const auto missed = box.count("crash started");
  box.let_pass(1500ms);
  CHECK(box.count("crash started") == missed);
  const auto thawed = std::chrono::steady_clock::now();
  box.signal(SIGCONT);
  const auto next = box.wait_event("crash started", missed + 1);
  CHECK(next.at - thawed < scaled(100ms));
  CHECK(box.wait_event("crash started", missed + 2).at - next.at >= 200ms);
}

TEST_CASE("V21 a run that ended while PID 1 was frozen is not judged late", "[system][V21][race]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "on:TERM=say:bye,until:go,exit:0 say:ready serve", "stop_grace_period: 500ms\n")
      .start();
  const auto web = box.wait_event("web ready");
  box.signal(SIGTERM);
  box.wait_event("web bye");
  box.signal(SIGSTOP);
  box.open_gate("go");
  REQUIRE(box.eventually(5s, [&] {
    const auto process = box.process(web.pid);
    return !process || process->state == 'Z';
  }));
  box.let_pass(700ms);
  box.signal(SIGCONT);
  CHECK(box.wait_exit().code == 0);
  CHECK(!has(box.errors(), "did not shut down in time"));
  CHECK(has(box.errors(), "*** Shutting down web (PID "));
}

}  // namespace my_init::test
