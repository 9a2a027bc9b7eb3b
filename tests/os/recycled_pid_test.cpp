#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "catch.hpp"
#include "fixture.hpp"

namespace my_init::os {

namespace {

/// Asks the kernel to number its next process `pid`; others may be faster. False when it does not
/// let us (an ordinary user, no CONFIG_CHECKPOINT_RESTORE).
bool choose_next_pid(pid_t pid) {
  const UniqueFd file(::open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC));
  const std::string text = std::to_string(pid - 1);
  return file && ::write(file.get(), text.data(), text.size()) > 0;
}

}  // namespace

TEST_CASE("a stranger with a recycled pid never gets a signal (R8)", "[os][children]") {
  constexpr int kAttempts = 100;
  const Command sleeper({"/bin/sleep", "1000"});
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Family family;
    const RunId ended = family.spawn(Command({"/bin/true"}));
    const pid_t pid = family.newest.pid;
    family.wait_for_news();  // reaped, but its exit is not taken
    if (!choose_next_pid(pid)) return;
    const RunId stranger = family.spawn(sleeper);
    const bool recycled = family.newest.pid == pid;
    CHECK_FALSE(family.children.signal(ended, SIGKILL, SignalTarget::process));
    CHECK_FALSE(family.children.signal(ended, SIGKILL, SignalTarget::group));
    CHECK(family.exit().run == ended);
    CHECK_FALSE(family.children.signal(ended, SIGKILL, SignalTarget::group));
    CHECK(family.children.is_ours(family.newest.pid));
    CHECK(family.children.signal(stranger, SIGTERM, SignalTarget::process));
    const ChildExit exit = family.exit();
    CHECK(exit.run == stranger);
    CHECK(exit.status == ExitStatus::signaled(SIGTERM));
    if (recycled) return;
  }
  WARN("other processes took every pid");
}

}  // namespace my_init::os
