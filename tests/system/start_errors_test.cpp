#include <fcntl.h>

#include <csignal>
#include <filesystem>

#include "container.hpp"

namespace my_init::test {
namespace {

/// A service with that program which shall not be started again, and one that stays.
Container& add_broken(Container& box, const std::string& path) {
  return box.service("bad", "command: [" + path + "]\nrestart: \"no\"\n").actor("web", kObedient);
}

/// Starts, checks that the program could not be executed for this reason alone, and stops.
void check_reason(Container& box, const std::string& reason) {
  CAPTURE(reason);
  box.start();
  box.wait_event("web ready");
  box.wait_output("*** cannot start 'bad': exec " + reason + '\n');
  box.wait_output("*** bad has failed for good");
  CHECK(!has(box.errors(), "exited with status"));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

}  // namespace

TEST_CASE("V9 a program that is missing is named with the reason", "[system][V9]") {
  if (skipped()) return;
  {
    Container box;
    check_reason(add_broken(box, "/etc/missing"), "'/etc/missing': no such file or directory");
  }
  Container box;
  check_reason(add_broken(box, "no-such-program"),
               "'no-such-program': no such file or directory in PATH");
}

TEST_CASE("V9 a program without the x bit is named with the reason", "[system][V9]") {
  if (skipped()) return;
  Container box;
  box.file("/etc/plain", "#!/bin/sh\n", 0644);
  check_reason(add_broken(box, "/etc/plain"), "'/etc/plain': permission denied");
}

TEST_CASE("V9 a bad interpreter is named", "[system][V9]") {
  if (skipped()) return;
  Container box;
  box.file("/etc/perlish", "#!/nowhere/perl -w\n", 0755);
  check_reason(add_broken(box, "/etc/perlish"),
               "'/etc/perlish': its interpreter '/nowhere/perl' does not exist");
}

TEST_CASE("V9 a busy program is tried again without using up the restart limit", "[system][V9]") {
  if (skipped()) return;
  Container box;
  box.service("busy",
              "command: [/etc/busy, -, busy, 'print:runs-now', 'exit:0']\ntype: oneshot\n"
              "restart_backoff: {initial: 20ms, factor: 1, jitter: 0}\n"
              "restart_limit: {count: 1, window: 10s}\n");
  box.actor("web", kObedient);
  std::filesystem::copy_file(MY_INIT_ACTOR, box.host_path("/etc/busy"));
  UniqueFd writer{::open(box.host_path("/etc/busy").c_str(), O_WRONLY | O_CLOEXEC)};
  REQUIRE(writer);
  box.start();
  const std::string line = "*** cannot start 'busy': exec '/etc/busy': text file busy\n";
  std::size_t from = 0;
  for (int i = 0; i < 4; ++i) {
    CAPTURE(i);
    box.wait_output(line, from);
    from = box.errors().find(line, from) + line.size();
  }
  CHECK(!has(box.errors(), "restart limit"));
  writer.reset();
  box.wait_output("runs-now\n");
  box.wait_output("*** busy completed\n");
}

TEST_CASE("V9 a program that itself exits with 127 has exited", "[system][V9]") {
  if (skipped()) return;
  Container box;
  box.actor("bad", "exit:127", "restart: \"no\"\n").actor("web", kObedient).start();
  box.wait_event("web ready");
  box.wait_output("*** bad exited with status 127.\n");
  box.wait_output("*** bad has failed for good (exit code 127)\n");
  CHECK(!has(box.errors(), "cannot start"));
}

}  // namespace my_init::test
