#include <csignal>
#include <thread>

#include "catch.hpp"
#include "fixture.hpp"

namespace my_init::os {
namespace {

/// A program that ends with success and leaves a daemon in a session of its own, whose pid it
/// tells.
std::pair<RunId, pid_t> left_daemon(Family& family) {
  Pipe pipe;
  Command command = Command::shell("setsid sh -c 'echo $$; sleep 1000' & read line; exit 0");
  command.set_environment({"PATH=/usr/bin:/bin", "MY_INIT_SERVICE=web"});
  Pipe go;
  command.plan.standard_input = go.read_end.get();
  command.plan.standard_output = pipe.write_end.get();
  const RunId run = family.spawn(command);
  const pid_t daemon = std::stoi(read_line(pipe.read_end.get()));
  CHECK_FALSE(family.children.adopt(run, daemon, "web"));  // its parent is still the program
  go.write_end.reset();
  static_cast<void>(family.exit());
  return {run, daemon};
}

}  // namespace

TEST_CASE("a daemon that was adopted is the main process of the run", "[os][children]") {
  Family family;
  const auto [run, daemon] = left_daemon(family);
  CHECK_FALSE(family.children.adopt(run, daemon, "db"));
  CHECK_FALSE(family.children.adopt(run, ::getppid(), "web"));
  CHECK_FALSE(family.children.adopt(run, ::getpid(), "web"));
  REQUIRE(family.children.adopt(run, daemon, "web"));
  CHECK(family.children.pid_of(run) == daemon);
  CHECK(family.children.is_ours(daemon));
  CHECK(family.children.signal(run, SIGKILL, SignalTarget::group));
  const ChildExit exit = family.exit();
  CHECK(exit.run == run);
  CHECK(exit.status == ExitStatus::signaled(SIGKILL));
}

TEST_CASE("a daemon may begin its own group after it was adopted (V19)", "[os][children]") {
  Family family;
  Pipe pipe;
  Pipe go;
  Command command = Command::shell(
      "exec 3<&0; (read line <&3; exec setsid sh -c 'sleep 1000 & echo $!; exec sleep 1000') & "
      "echo $!");
  command.set_environment({"PATH=/usr/bin:/bin", "MY_INIT_SERVICE=web"});
  command.plan.standard_input = go.read_end.get();
  command.plan.standard_output = pipe.write_end.get();
  const RunId run = family.spawn(command);
  const pid_t daemon = std::stoi(read_line(pipe.read_end.get()));
  static_cast<void>(family.exit());
  REQUIRE(family.children.adopt(run, daemon, "web"));
  go.write_end.reset();
  const pid_t worker = std::stoi(read_line(pipe.read_end.get()));
  const bool by_group = GENERATE(true, false);
  CAPTURE(by_group);
  if (by_group) {
    CHECK(family.children.signal(run, SIGKILL, SignalTarget::group));
  } else {
    CHECK(family.children.signal(run, SIGKILL, SignalTarget::process));
    CHECK_FALSE(family.exit().group_empty);
    CHECK(family.children.signal(run, SIGKILL, SignalTarget::group));
  }
  for (int i = 0; i < 1'000'000 && ::kill(worker, 0) == 0; ++i) std::this_thread::yield();
  CHECK(::kill(worker, 0) == -1);  // an orphan: it is reaped at once
  ::kill(worker, SIGKILL);
}

TEST_CASE("an orphan takes the place of a main process that lives", "[os][children]") {
  Family family;
  Pipe pipe;
  Pipe go;
  Command command =
      Command::shell("(setsid sh -c 'echo $$; exec sleep 1000' &); read line; exit 3");
  command.set_environment({"PATH=/usr/bin:/bin", "MY_INIT_SERVICE=web"});
  command.plan.standard_input = go.read_end.get();
  command.plan.standard_output = pipe.write_end.get();
  const RunId run = family.spawn(command);
  const pid_t daemon = std::stoi(read_line(pipe.read_end.get()));
  bool is_replaced = false;
  for (int i = 0; i < 1'000'000 && !is_replaced; ++i) {
    is_replaced = family.children.replace(run, daemon, "web");
    std::this_thread::yield();  // it is ours once the shell between has ended
  }
  REQUIRE(is_replaced);
  CHECK(family.children.pid_of(run) == daemon);
  go.write_end.reset();
  CHECK(family.children.signal(run, SIGKILL, SignalTarget::process));
  const ChildExit exit = family.exit();
  CHECK(exit.run == run);
  CHECK(exit.status == ExitStatus::signaled(SIGKILL));
}

}  // namespace my_init::os
