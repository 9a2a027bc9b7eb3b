#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>

#include "children_state.hpp"

namespace my_init::os {

namespace {

ExitStatus status_of(const siginfo_t& info) {
  return info.si_code == CLD_EXITED ? ExitStatus::exited(info.si_status)
                                    : ExitStatus::signaled(info.si_status);
}

}  // namespace

bool group_is_alive(pid_t group) {
  if (::kill(-group, 0) != 0 && errno == ESRCH) return false;
  return ::kill(group, 0) != 0 && errno == ESRCH;
}

void Children::State::reap_until_stopped() {
  sigset_t child_signal;
  sigemptyset(&child_signal);
  sigaddset(&child_signal, SIGCHLD);
  while (!stopping) {
    while (reap_batch())
      while (loop_waits) ::sched_yield();
    // SIGCHLD stays pending meanwhile, and so costs nothing: each that is queued also wakes the
    // loop's signalfd for nothing. Without children (ECHILD) there is no sleep but sigwaitinfo.
    siginfo_t info;
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) != 0) ::sigwaitinfo(&child_signal, &info);
  }
}

bool Children::State::reap_batch() {
  const std::lock_guard held(mutex);
  bool news = false;
  bool adopted = false;
  int count = 0;
  for (; count < kBatch; ++count) {
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) break;
    const bool known = record_exit(info.si_pid, status_of(info));
    news = news || known;
    adopted = adopted || !known;
  }
  if (adopted && !lingering.empty() && collect_emptied()) news = true;
  if (news) ::eventfd_write(event.get(), 1);
  return count == kBatch;
}

bool Children::State::record_exit(pid_t pid, ExitStatus status) {
  const RunId* const id = pids.find(pid);
  Run* const run = id == nullptr ? nullptr : runs.find(*id);
  if (run == nullptr || run->reaped) {
    orphans.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  run->reaped = true;
  follow_group(*run);
  const bool alive = group_is_alive(run->group);
  if (alive) lingering.push_back(*id);
  exits.push_back({*id, status, !alive});
  return true;
}

void Children::State::follow_group(Run& run) {
  if (run.group == run.pid) return;
  const bool has_own = run.reaped ? group_is_alive(run.pid) : ::getpgid(run.pid) == run.pid;
  if (has_own) run.group = run.pid;
}

bool Children::State::collect_emptied() {
  const auto gone = std::ranges::partition(lingering, [this](RunId run) {
    const Run* const found = runs.find(run);
    return found != nullptr && group_is_alive(found->group);
  });
  emptied.insert(emptied.end(), gone.begin(), gone.end());
  const bool any = !gone.empty();
  lingering.erase(gone.begin(), gone.end());
  return any;
}

}  // namespace my_init::os
