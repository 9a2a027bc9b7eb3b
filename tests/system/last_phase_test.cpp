#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "container.hpp"

namespace my_init::test {
namespace {

/// A freezer of cgroup v1: what is in it sleeps uninterruptibly, even SIGKILL has to wait.
class Freezer {
 public:
  Freezer() { std::filesystem::create_directory(path_, failed_); }
  ~Freezer() {
    write("freezer.state", "THAWED");
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  Freezer(const Freezer&) = delete;
  Freezer& operator=(const Freezer&) = delete;

  [[nodiscard]] bool usable() const { return !failed_; }
  void freeze(pid_t host_pid) const {
    write("cgroup.procs", std::to_string(host_pid));
    write("freezer.state", "FROZEN");
  }
  void thaw() const { write("freezer.state", "THAWED"); }
  [[nodiscard]] bool frozen() const {
    std::string state;
    std::ifstream{path_ / "freezer.state"} >> state;
    return state == "FROZEN";
  }

 private:
  void write(const std::string& file, const std::string& text) const {
    std::ofstream{path_ / file} << text;
  }

  std::filesystem::path path_{"/sys/fs/cgroup/freezer/my_init_test." + std::to_string(::getpid())};
  std::error_code failed_;
};

}  // namespace

TEST_CASE("S9 nothing is spawned after the SIGTERM but stop hooks", "[system][S9][race]") {
  if (skipped()) return;
  const int rounds = std::min(loops(20), 20);
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(round);
    Container box;
    box.actor("crash", "say:started exit:1",
              "restart_backoff: {initial: 1ms, factor: 1, jitter: 0}\n")
        .actor("later", "say:started exit:1",
               "restart_backoff: {initial: 60ms, factor: 1, jitter: 0}\n")
        .actor("web", kObedient)
        .script("/etc/my_init.pre_shutdown.d/10_hook",
                "exec " + box.actor_line("hook", "sleep:20 say:begun sleep:100 say:over exit:0"))
        .start();
    box.wait_event("web ready");
    box.wait_event("crash started", 3 + static_cast<std::size_t>(round % 5));
    box.wait_event("later started");
    box.signal(SIGTERM);
    REQUIRE(box.wait_exit().code == 0);
    const auto begun = box.wait_event("hook begun");
    REQUIRE(box.count("hook over") == 1);
    for (const auto* spawned : {"crash started", "later started"}) {
      for (const auto& event : box.events(spawned)) REQUIRE(event.at < begun.at);
    }
  }
}

TEST_CASE("S10 a hook that hangs is killed with its group and the stop goes on", "[system][S10]") {
  if (skipped()) return;
  Container box;
  box.variable("KILL_PROCESS_TIMEOUT", "1")
      .actor("web", kObedient)
      .script(
          "/etc/my_init.pre_shutdown.d/10_hang",
          box.actor_line("hang", "fork:kid { on:TERM say:ready serve } on:TERM say:ready serve"))
      .script("/etc/my_init.pre_shutdown.d/20_next", box.actor_line("next", "say:ran"))
      .script("/etc/my_init.post_shutdown.d/10_last", box.actor_line("last", "say:ran"))
      .start();
  box.wait_event("web ready");
  box.signal(SIGTERM);
  const auto kid = box.wait_event("kid ready");
  box.wait_event("next ran");
  CHECK(!box.process(kid.pid).has_value());
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 1s);
  CHECK(end.took <= within(1500ms));
  CHECK(box.count("web bye") == 1);
  CHECK(box.count("last ran") == 1);
}

TEST_CASE("S11 a process in uninterruptible sleep does not keep us past the deadline",
          "[system][S11]") {
  if (skipped_without_root()) return;
  const Freezer freezer;
  if (!freezer.usable()) {
    WARN("skipped: no freezer of cgroup v1");
    return;
  }
  Container box;
  // As PID 1 the kernel itself waits for the process: only elsewhere the end can be seen.
  box.actor("stuck", kObedient, "stop_grace_period: 500ms\n")
      .actor("web", kObedient)
      .option("--shutdown-timeout=2s")
      .child_of_other_init()
      .start();
  const auto stuck = box.wait_event("stuck ready");
  box.wait_event("web ready");
  freezer.freeze(box.process(stuck.pid).value_or(Process{}).host_pid);
  REQUIRE(box.eventually(2s, [&] { return freezer.frozen(); }));
  box.signal(SIGTERM);
  const auto end = box.wait_exit(15s);
  freezer.thaw();
  CHECK(end.code == 0);
  CHECK(end.took <= within(2s));
  CHECK(box.count("web bye") == 1);
  REQUIRE(end.left.size() == 1);
  CHECK(end.left[0].pid == stuck.pid);
  CHECK(has(box.errors(), std::to_string(stuck.pid)));
}

TEST_CASE("S12 what came in by docker exec gets SIGTERM in the last phase", "[system][S12]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient).start();
  box.wait_event("web ready");
  box.enter_actor("shell", kObedient);
  box.wait_event("shell ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(300ms));
  CHECK(box.wait_event("shell got-TERM").at > box.wait_event("web bye").at);
  CHECK(box.count("shell bye") == 1);
  CHECK(has(box.errors(), "*** Killing all processes..."));
}

TEST_CASE("S12 what ignores the SIGTERM of the last phase is killed after its grace",
          "[system][S12]") {
  if (skipped()) return;
  Container box;
  box.variable("KILL_ALL_PROCESSES_TIMEOUT", "1").actor("web", kObedient).start();
  box.wait_event("web ready");
  box.enter_actor("shell", "on:TERM say:ready serve");
  box.wait_event("shell ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 1s);
  CHECK(end.took <= within(1s));
  CHECK(box.count("shell got-TERM") >= 1);
  CHECK(has(box.errors(), "Not all processes have exited in time. Forcing them to exit."));
}

TEST_CASE("S12 with --no-kill-all-on-exit what is not ours is left alone", "[system][S12]") {
  if (skipped()) return;
  Container box;
  box.option("--no-kill-all-on-exit")
      .actor("web", std::string{"fork:parent { setsid fork:daemon { bare on:HUP "} + kObedient +
                        " } } wait " + kObedient)
      .child_of_other_init()
      .start();
  box.wait_event("web ready");
  const auto daemon = box.wait_event("daemon ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  REQUIRE(end.left.size() == 1);
  CHECK(end.left[0].pid == daemon.pid);
  CHECK(box.count("daemon got-TERM") + box.count("daemon got-HUP") == 0);
}

TEST_CASE("S12 the last phase takes no time when nothing is left", "[system][S12]") {
  if (skipped()) return;
  Container box;
  box.actor_main("exit:0").start();
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(100ms));
}

}  // namespace my_init::test
