#include "my_init/os/children.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <set>

#include "catch.hpp"
#include "fixture.hpp"

namespace my_init::os {

TEST_CASE("every exit status and signal of a child is told", "[os][children]") {
  Family family;
  for (int status = 0; status < 256; status += 15) {
    family.spawn(Command::shell("exit " + std::to_string(status)));
    CHECK(family.exit().status == ExitStatus::exited(status));
  }
  for (const int signo : {SIGHUP, SIGKILL, SIGTERM, SIGUSR1, SIGSEGV, 64}) {
    family.spawn(Command::shell("kill -" + std::to_string(signo) + " $$"));
    CHECK(family.exit().status == ExitStatus::signaled(signo));
  }
}

TEST_CASE("an instant exit is never lost (R1)", "[os][children]") {
  constexpr std::size_t kRuns = 3000;
  Family family;
  const Command command({"/bin/true"});
  std::set<RunId> ended;
  std::size_t spawned = 0;
  for (; spawned < kRuns; ++spawned) {
    family.spawn(command);
    for (const ChildExit& exit : family.children.take_exits()) ended.insert(exit.run);
  }
  while (ended.size() < kRuns)
    for (const ChildExit& exit : family.exits(1)) ended.insert(exit.run);
  CHECK(ended.size() == spawned);
  CHECK_FALSE(family.has_news());
}

TEST_CASE("the end of a process group is told after the exit of its leader", "[os][children]") {
  Family family;
  const RunId run = family.spawn(Command::shell("sleep 1000 & exit 3"));
  family.wait_for_news();
  CHECK(family.children.take_emptied_groups().empty());
  const ChildExit exit = family.exit();
  CHECK(exit.status == ExitStatus::exited(3));
  CHECK_FALSE(exit.group_empty);
  CHECK(family.children.take_emptied_groups().empty());
  CHECK_FALSE(family.children.signal(run, SIGTERM, SignalTarget::process));
  CHECK(family.children.signal(run, SIGTERM, SignalTarget::group));
  CHECK(family.emptied() == std::vector<RunId>{run});
  CHECK_FALSE(family.children.signal(run, SIGTERM, SignalTarget::group));
  CHECK(family.children.take_emptied_groups().empty());
}

TEST_CASE("a group that emptied before its leader's exit was taken is told later",
          "[os][children]") {
  Family family;
  const RunId run = family.spawn(Command::shell("sleep 1000 & exit 0"));
  family.wait_for_news();
  CHECK(family.children.signal(run, SIGKILL, SignalTarget::group));
  while (family.children.signal(run, 0, SignalTarget::group)) continue;
  CHECK(family.children.take_emptied_groups().empty());
  CHECK_FALSE(family.exit().group_empty);
  CHECK(family.children.take_emptied_groups() == std::vector<RunId>{run});
}

TEST_CASE("a run that is forgotten is not reached or told about any more", "[os][children]") {
  Family family;
  Pipe pipe;
  Command command = Command::shell("(echo ready; read forever) & exit 0");
  Pipe input;
  command.plan.standard_input = input.read_end.get();
  command.plan.standard_output = pipe.write_end.get();
  const RunId run = family.spawn(command);
  CHECK_FALSE(family.exit().group_empty);
  family.children.forget(run);
  CHECK_FALSE(family.children.signal(run, SIGKILL, SignalTarget::group));
  input.write_end.reset();
  CHECK(read_all(pipe) == "ready\n");
  CHECK(family.children.take_emptied_groups().empty());
}

TEST_CASE("a signal reaches a child that has just been forked, alone or as a group",
          "[os][children]") {
  Family family;
  const Command command({"/bin/sleep", "1000"});
  for (const SignalTarget target : {SignalTarget::process, SignalTarget::group}) {
    for (int round = 0; round < 100; ++round) {
      const RunId run = family.spawn(command);
      CHECK(family.children.signal(run, SIGTERM, target));
      CHECK(family.exit().status == ExitStatus::signaled(SIGTERM));
    }
  }
}

TEST_CASE("a reaped process is not signalled, even before its exit is taken", "[os][children]") {
  Family family;
  const RunId run = family.spawn(Command({"/bin/true"}));
  const pid_t pid = family.newest.pid;
  family.wait_for_news();
  CHECK_FALSE(family.children.signal(run, 0, SignalTarget::process));
  CHECK_FALSE(family.children.signal(run, 0, SignalTarget::group));
  CHECK_FALSE(family.children.pid_of(run));
  CHECK_FALSE(family.children.is_ours(pid));
  CHECK(family.exit().run == run);
  CHECK_FALSE(family.children.signal(run, 0, SignalTarget::process));
}

TEST_CASE("nothing is reaped while the reaper is held", "[os][children]") {
  Family family;
  const RunId first = family.spawn(Command({"/bin/sleep", "1000"}));
  const RunId second = family.spawn(Command({"/bin/sleep", "1000"}));
  const pid_t pid = family.children.pid_of(first).value();
  family.children.hold_reaper();
  CHECK(family.children.signal(first, SIGKILL, SignalTarget::process));
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
  CHECK(family.children.pid_of(first) == pid);
  CHECK(family.children.signal(second, SIGKILL, SignalTarget::process));
  family.children.let_reap();
  const std::vector<ChildExit> exits = family.exits(2);
  CHECK(exits.size() == 2);
}

TEST_CASE("the reaper ends also when it was held", "[os][children]") {
  LikeInit init;
  auto children = std::make_unique<Children>();
  children->hold_reaper();
  children.reset();
}

TEST_CASE("a running child has a pid and is ours", "[os][children]") {
  Family family;
  const RunId run = family.spawn(Command({"/bin/sleep", "1000"}));
  const std::optional<pid_t> pid = family.children.pid_of(run);
  REQUIRE(pid);
  CHECK(family.children.is_ours(*pid));
  CHECK(*pid == family.newest.pid);
  CHECK_FALSE(family.children.signal_stray(*pid, "", SIGTERM));
  CHECK(family.children.signal(run, SIGKILL, SignalTarget::process));
  CHECK(family.exit().group_empty);
}

TEST_CASE("exits that were there before the reaper are not lost", "[os][children]") {
  const LikeInit init;
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
  Family family;
  // The reaper takes all that is there before it tells about a later one.
  family.spawn(Command({"/bin/true"}));
  CHECK(family.exit().status == ExitStatus::exited(0));
  CHECK(family.children.orphans_reaped() == 1);
}

TEST_CASE("a storm of 20000 orphans is reaped without waking the loop (R4)", "[os][children]") {
  constexpr std::uint64_t kOrphans = 20'000;
  Family family;
  const RunId storm = family.spawn(Command({ORPHAN_STORM, "200", "100"}));
  family.wait_for_news();
  std::vector<ChildExit> exits = family.children.take_exits();
  REQUIRE(exits.size() == 1);
  CHECK(exits.front().run == storm);
  CHECK(exits.front().status == ExitStatus::exited(0));
  for (int later = 0; later < 1000 && family.children.orphans_reaped() < kOrphans; ++later) {
    family.spawn(Command({"/bin/true"}));
    static_cast<void>(family.exits(1));
  }
  CHECK(family.children.orphans_reaped() == kOrphans);
}

}  // namespace my_init::os
