#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "container.hpp"

// A machine, or a container, that is short of something.

namespace my_init::test {
namespace {

/// Nobody else's here, as the kernel counts the processes of a uid and not those of a container.
uid_t lonely_uid() {
  return 100'000 + static_cast<uid_t>(::getpid());
}

/// my_init's own; nothing: all that it may have. Set by a child that is who my_init is, since only
/// that needs no privilege.
void set_process_limit(const Container& box, std::optional<rlim_t> limit, uid_t uid) {
  const pid_t child = ::fork();
  if (child == 0) {
    rlimit both{};
    const bool same = ::setresgid(uid, uid, uid) == 0 && ::setresuid(uid, uid, uid) == 0;
    const bool known = ::prlimit(box.program(), RLIMIT_NPROC, nullptr, &both) == 0;
    both.rlim_cur = limit.value_or(both.rlim_max);
    ::_exit(known && same && ::prlimit(box.program(), RLIMIT_NPROC, &both, nullptr) == 0 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
}

/// Becomes my_init after these commands of a shell.
Words shell(const std::string& commands) {
  return {"/bin/sh", "-c", commands + "exec \"$@\"", "sh"};
}

constexpr auto kNoWritableMount =
    "while read -r device mount rest; do mount -o remount,bind,ro \"$mount\" 2>/dev/null; done "
    "</proc/mounts\n";
constexpr auto kNoProc = "mount -t tmpfs -o ro none /proc\n";
constexpr auto kProcOfLeakSanitizer = "LeakSanitizer finds the threads of a process in /proc";
constexpr auto kNoStreams = "exec <&- >&- 2>&-\n";

/// No more memory for my_init than it has, but for what is left in its heap.
void take_memory_away(const Container& box) {
  constexpr rlimit kNone{4096, 4096};
  REQUIRE(::prlimit(box.program(), RLIMIT_DATA, &kNone, nullptr) == 0);
}

void check_boots_and_stops(Container& box) {
  box.actor("db", kObedient)
      .actor("web", kObedient, "depends_on: [db]\nuser: \"1000:1000\"\n")
      .start();
  box.wait_event("db ready");
  box.wait_event("web ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(300ms));
  CHECK(box.count("web bye") == 1);
  CHECK(box.count("db bye") == 1);
}

}  // namespace

TEST_CASE("F1 a start that finds no room for a process is tried again with back-off",
          "[system][F1]") {
  if (skipped_without_root()) return;
  Container box;
  const auto uid = lonely_uid();
  const auto uid_text = std::to_string(uid);
  box.actor("web", kObedient, "restart_backoff: {initial: 100ms, factor: 1, jitter: 0}\n")
      .through({"/usr/bin/setpriv", "--reuid", uid_text, "--regid", uid_text, "--clear-groups"})
      .start();
  const auto first = box.wait_event("web ready");
  set_process_limit(box, 1, uid);
  ::kill(box.process(first.pid).value_or(Process{}).host_pid, SIGKILL);
  const std::string why = "fork: resource temporarily unavailable";
  std::size_t from = 0;
  for (int i = 0; i < 3; ++i) {
    box.wait_output("*** cannot start 'web': " + why + '\n', from);
    from = box.errors().size();
  }
  CHECK(
      box.status("web").starts_with("web: backoff, restarts 1; cannot start: " + why + "; starts"));
  const auto lifted_at = std::chrono::steady_clock::now();
  set_process_limit(box, {}, uid);
  CHECK(box.wait_event("web ready", 2).at - lifted_at <= within(100ms));
  CHECK(box.eventually(5s, [&] { return !has(box.status("web"), "cannot start"); }));
}

TEST_CASE("F3 a container without /proc boots and stops", "[system][F3]") {
  if (skipped_without_root() || skipped_with_sanitizer(kProcOfLeakSanitizer)) return;
  Container box;
  box.through(shell(kNoProc));
  check_boots_and_stops(box);
}

TEST_CASE("F3 a container without a writable directory boots and stops", "[system][F3]") {
  if (skipped_without_root()) return;
  Container box;
  box.through(shell(kNoWritableMount));
  check_boots_and_stops(box);
}

TEST_CASE("F3 a container without standard streams boots and stops", "[system][F3]") {
  if (skipped_without_root()) return;
  Container box;
  box.through(shell(kNoStreams));
  check_boots_and_stops(box);
}

TEST_CASE("F3 a container without any of these boots and stops", "[system][F3]") {
  if (skipped_without_root() || skipped_with_sanitizer(kProcOfLeakSanitizer)) return;
  Container box;
  box.through(shell(std::string{kNoWritableMount} + kNoProc + kNoStreams));
  check_boots_and_stops(box);
}

TEST_CASE("F6 no memory in the middle of a turn: an orderly shutdown", "[system][F6]") {
  if (skipped() || skipped_with_sanitizer("it ends a process that has no memory")) return;
  Container box;
  box.actor("web", kObedient)
      .actor("gate", "say:ready until:go exit:0", "type: oneshot\n")
      .actor("large", "say:started serve",
             "depends_on: {gate: {condition: service_completed_successfully}}\n"
             "secrets: {LARGE: /run/secret}\n")
      .file("/run/secret", std::string(1'000'000, 'x'))
      .start();
  box.wait_event("web ready");
  box.wait_event("gate ready");
  take_memory_away(box);
  box.open_gate("go");
  CHECK(box.wait_exit().code == 70);
  CHECK(has(box.errors(), "*** my_init: internal error, shutting down: std::bad_alloc\n"));
  CHECK(box.count("web bye") == 1);
  CHECK(box.count("large started") == 0);
}

}  // namespace my_init::test
