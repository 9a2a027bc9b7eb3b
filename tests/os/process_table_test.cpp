#include "my_init/os/process_table.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "../../src/os/proc_files.hpp"
#include "catch.hpp"
#include "fixture.hpp"
#include "my_init/os/pidfd.hpp"

namespace my_init::os {

TEST_CASE("a command may hold blanks and parentheses", "[os][processes]") {
  const auto line =
      parse_stat("12 (a) b (c) R 1 10 9 0 -1 4194560 86 0 0 0 1 2 3 4 20 0 1 0 31 42\n");
  REQUIRE(line);
  CHECK(line->process.command == "a) b (c");
  CHECK(line->process.pid == 12);
  CHECK(line->process.parent == 1);
  CHECK(line->process.group == 10);
  CHECK(line->process.state == 'R');
  CHECK_FALSE(line->kernel_thread);
  CHECK(line->start_tick == 31);
  CHECK(parse_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 1 0\n")
            ->kernel_thread);
  for (const char* broken : {"", "12", "12 (a", "12 (a)", "12 (a) R", "12 (a) R x 1 1 1 1 1"})
    CHECK_FALSE(parse_stat(broken));
}

TEST_CASE("a process has begun since a time before its start alone", "[os][processes]") {
  const Duration before = time_since_boot();
  Family family;
  static_cast<void>(family.spawn(Command::shell("exec sleep 1000")));
  const pid_t pid = family.newest.pid;
  CHECK(has_begun_since(pid, before));
  CHECK_FALSE(has_begun_since(pid, time_since_boot() + std::chrono::milliseconds(20)));
  CHECK_FALSE(has_begun_since(::getpid(), before + std::chrono::hours(1)));
  CHECK_FALSE(has_begun_since(0, before));
  ::kill(pid, SIGKILL);
  static_cast<void>(family.exit());
}

TEST_CASE("descendants are children and their children, others are not", "[os][processes]") {
  Family family;
  Pipe pipe;
  Command command = Command::shell("/bin/sh -c 'echo $$; exec sleep 1000' & wait");
  command.plan.standard_output = pipe.write_end.get();
  const RunId run = family.spawn(command);
  const pid_t grandchild = std::stoi(read_line(pipe.read_end.get()));
  const auto processes = list_processes(ProcessScope::descendants);
  const auto child = std::ranges::find(processes, family.newest.pid, &Process::pid);
  REQUIRE(child != processes.end());
  CHECK(child->parent == ::getpid());
  CHECK(child->command == "sh");
  const auto below = std::ranges::find(processes, grandchild, &Process::pid);
  REQUIRE(below != processes.end());
  CHECK(below->parent == child->pid);
  CHECK(below->group == child->pid);
  CHECK(std::ranges::find(processes, ::getppid(), &Process::pid) == processes.end());
  CHECK(std::ranges::find(processes, ::getpid(), &Process::pid) == processes.end());
  CHECK(family.children.signal(run, SIGKILL, SignalTarget::group));
  static_cast<void>(family.exit());
}

TEST_CASE("a daemon is known by its marker in the middle of its exec, too", "[os][processes]") {
  Family family;
  const StrayFinder finder;
  Pipe pipe;
  // A shell that does nothing but become a new one.
  Command command = Command::shell("setsid sh -c \"$AGAIN\" & echo $!");
  command.set_environment(
      {"PATH=/usr/bin:/bin", "MY_INIT_SERVICE=web", "AGAIN=exec sh -c \"$AGAIN\""});
  command.plan.standard_output = pipe.write_end.get();
  family.spawn(command);
  const pid_t daemon = std::stoi(read_line(pipe.read_end.get()));
  static_cast<void>(family.exit());
  int unknown = 0;
  for (int look = 0; look < 3000; ++look) {
    const auto strays = finder.find(family.children);
    if (strays.size() != 1 || strays.front().service != "web") ++unknown;
  }
  // One in twenty when we do not wait for the end of its exec; it may lose its processor there.
  CHECK(unknown < 30);
  CHECK(family.children.signal_stray(daemon, "web", SIGKILL));
}

TEST_CASE("a main process that is ending never passes for a stray", "[os][processes]") {
  Family family;
  const StrayFinder finder;
  std::size_t strays = 0;
  for (int round = 0; round < 100; ++round) {
    for (int child = 0; child < 20; ++child) family.spawn(Command({"/bin/true"}));
    std::size_t ended = 0;
    while (ended < 20) {
      strays += finder.find(family.children).size();
      ended += family.children.take_exits().size();
    }
  }
  CHECK(strays == 0);
}

TEST_CASE("a daemon that escaped is found by its marker and can be signalled", "[os][processes]") {
  Family family;
  const StrayFinder finder;
  Pipe pipe;
  Command command = Command::shell("setsid sh -c 'echo $$; exec sleep 1000' & read go");
  command.set_environment({"PATH=/usr/bin:/bin", "X=MY_INIT_SERVICE=no", "MY_INIT_SERVICE=web"});
  Pipe go;
  command.plan.standard_input = go.read_end.get();
  command.plan.standard_output = pipe.write_end.get();
  family.spawn(command);
  const pid_t daemon = std::stoi(read_line(pipe.read_end.get()));
  CHECK(finder.find(family.children).empty());
  go.write_end.reset();
  CHECK(family.exit().group_empty);
  const auto strays = finder.find(family.children);
  REQUIRE(strays.size() == 1);
  CHECK(strays.front().pid == daemon);
  CHECK(strays.front().service == "web");
  const UniqueFd ended = open_pidfd(daemon).value();
  CHECK_FALSE(family.children.signal_stray(daemon, "we", SIGKILL));
  CHECK_FALSE(family.children.signal_stray(::getpid(), "web", SIGKILL));
  CHECK(family.children.signal_stray(daemon, "web", SIGKILL));
  CHECK(read_all(pipe).empty());
  CHECK(wait_readable(ended.get()));
}

}  // namespace my_init::os
