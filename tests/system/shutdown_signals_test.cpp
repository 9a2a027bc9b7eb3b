#include <csignal>
#include <ctime>
#include <random>

#include "container.hpp"

namespace my_init::test {
namespace {

/// Whether a SIGTERM now would be kept or caught. PID 1 that has not yet blocked it does not get it
/// at all: the kernel drops a signal without a handler, whatever an init does.
bool notices_sigterm(pid_t pid) {
  const auto status = proc_text(pid, "status");
  std::uint64_t masks = 0;
  for (const auto* field : {"SigBlk:\t", "SigCgt:\t"}) {
    const auto at = status.find(field);
    if (at != std::string::npos) masks |= std::stoull(status.substr(at + 8, 16), nullptr, 16);
  }
  return (masks >> (SIGTERM - 1) & 1) != 0;
}

/// SIGTERM, again and again until it cannot have been dropped; as a person would do.
void insist_on_sigterm(Container& box) {
  while (true) {
    const bool heard = notices_sigterm(box.program());
    box.signal(SIGTERM);
    if (heard || !box.running()) return;
  }
}

}  // namespace

TEST_CASE("L4 SIGTERM and SIGINT stop everything in order with exit code 0", "[system][L4]") {
  if (skipped()) return;
  for (const int signo : {SIGTERM, SIGINT}) {
    CAPTURE(signo);
    Container box;
    box.actor("db", kObedient).actor("web", kObedient, "depends_on: [db]\n").start();
    box.wait_event("db ready");
    box.wait_event("web ready");
    box.signal(signo);
    CHECK(box.wait_exit().code == 0);
    CHECK(box.wait_event("db got-TERM").at > box.wait_event("web bye").at);
    CHECK(box.count("db bye") == 1);
    CHECK(box.errors().find("*** Shutting down web (PID ") != std::string::npos);
  }
}

TEST_CASE("L4 the exit code of a requested stop can be chosen", "[system][L4]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient).option("--exit-on-term=143").start();
  box.wait_event("web ready");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 143);
  CHECK(box.count("web bye") == 1);
}

TEST_CASE("L8 a second SIGTERM or SIGINT kills everything at once", "[system][L8]") {
  if (skipped()) return;
  for (const int signo : {SIGTERM, SIGINT}) {
    CAPTURE(signo);
    Container box;
    box.actor("web", "on:TERM fork:kid { on:TERM say:ready serve } say:ready serve",
              "stop_grace_period: 60s\n")
        .start();
    box.wait_event("web ready");
    box.wait_event("kid ready");
    box.signal(signo);
    box.wait_event("web got-TERM");
    box.let_pass(110ms);
    box.signal(signo);
    CHECK(box.wait_exit().took < within(1s));
    CHECK(box.errors().find("forced") != std::string::npos);
  }
}

TEST_CASE("L8 the same signal twice at once is one request", "[system][L8]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "on:TERM=sleep:300,say:bye,exit:0 say:ready serve").start();
  box.wait_event("web ready");
  box.signal(SIGTERM);
  box.wait_event("web got-TERM");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("web bye") == 1);
}

TEST_CASE("L9 the stop signals of other runtimes stop in order too", "[system][L9]") {
  if (skipped()) return;
  for (const int signo : {SIGQUIT, SIGPWR, SIGRTMIN + 3}) {
    CAPTURE(signo);
    Container box;
    box.actor("web", kObedient).start();
    box.wait_event("web ready");
    box.signal(signo);
    CHECK(box.wait_exit().code == 0);
    CHECK(box.count("web bye") == 1);
  }
}

TEST_CASE("L11 SIGHUP, SIGUSR1 and SIGUSR2 say a line and leave the services alone",
          "[system][L11]") {
  if (skipped()) return;
  for (const int signo : {SIGHUP, SIGUSR1, SIGUSR2}) {
    CAPTURE(signo);
    Container box;
    box.actor("web", "on:HUP on:USR1 on:USR2 on:TERM=exit:0 say:ready serve").start();
    const auto ready = box.wait_event("web ready");
    box.wait_output("*** Started web");
    const auto said = box.errors().size();
    box.signal(signo);
    box.wait_output("*** ", said);
    const auto status = box.status("web");
    CAPTURE(status);
    CHECK(status.starts_with("web: running"));
    CHECK(status.find("pid " + std::to_string(ready.pid)) != std::string::npos);
    box.signal(SIGTERM);
    CHECK(box.wait_exit().code == 0);
    CHECK(box.count("web got-HUP") + box.count("web got-USR1") + box.count("web got-USR2") == 0);
  }
}

TEST_CASE("L11 SIGUSR2 says that start-up goes on", "[system][L11]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/my_init.d/10_slow", box.actor_line("slow", "say:begun until:go"))
      .actor("web", kObedient)
      .start();
  box.wait_event("slow begun");
  box.signal(SIGUSR2);
  box.wait_output("*** start-up goes on, the services are not read yet\n");
  CHECK(!has(box.errors(), "no services"));
  box.open_gate("go");
  box.wait_event("web ready");
}

TEST_CASE("L16 SIGTERM in the first moments always ends it, as PID 1 or not",
          "[system][L16][race]") {
  if (skipped()) return;
  const unsigned seed = 16;
  std::mt19937 random{seed};
  const int rounds = loops(500);
  for (int round = 0; round < rounds; ++round) {
    const auto delay = std::chrono::microseconds{random() % 20'000};
    CAPTURE(seed, round, delay);
    Container box;
    box.script("/etc/my_init.d/10_first", ":")
        .actor("web", "serve")
        .actor("job", "exit:0", "type: oneshot\n");
    if (round % 2 == 1) box.child_of_other_init();
    box.start();
    box.let_pass(delay);
    insist_on_sigterm(box);
    const auto end = box.wait_exit();
    REQUIRE(end.took <= within(1s));
    REQUIRE(end.left.empty());
  }
}

}  // namespace my_init::test
