#include "my_init/os/children.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <new>
#include <system_error>

#include "children_state.hpp"
#include "clone_into_cgroup.hpp"
#include "kernel_call.hpp"
#include "my_init/os/capability.hpp"
#include "proc_files.hpp"
#include "spawn_child.hpp"

namespace my_init::os {

namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MY_INIT_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MY_INIT_SANITIZED
#endif

#ifdef MY_INIT_SANITIZED
constexpr std::size_t kReaperStack = std::size_t{1} << 20U;
// A child on a stack of ours is a second thread of control that the sanitizers know nothing about.
constexpr bool kMayShareMemory = false;
#else
// Deep enough for sigwaitinfo and waitid; the sanitizers' frames and hooks need more.
constexpr std::size_t kReaperStack = std::size_t{1} << 16U;
constexpr bool kMayShareMemory = kKernelCallsAreBare;
#endif

void write_oom_score(int score, ChildValues& values) {
  auto& text = values.oom_score_adj;
  const char* const end = std::to_chars(text.data(), text.data() + text.size(), score).ptr;
  values.oom_score_adj_size = static_cast<std::size_t>(end - text.data());
}

}  // namespace

std::unique_lock<std::mutex> Children::State::lock() {
  if (burst) return {};
  loop_waits = true;
  std::unique_lock held(mutex);
  loop_waits = false;
  return held;
}

void Children::State::reserve() {
  const std::size_t wanted = runs.size();
  if (exits.capacity() < wanted) exits.reserve(2 * wanted);
  if (lingering.capacity() < wanted) lingering.reserve(2 * wanted);
  if (emptied.capacity() < wanted) emptied.reserve(2 * wanted);
}

void Children::State::erase(RunId run) {
  Run* const found = runs.find(run);
  if (found == nullptr) return;
  // The number may already be that of a newer run.
  const pid_t pid = found->pid;
  const RunId* const owner = pids.find(pid);
  if (owner != nullptr && *owner == run) pids.erase(pid);
  give_stack_back(*found);
  runs.erase(run);
  std::erase(lingering, run);
  std::erase(emptied, run);
}

void Children::State::give_stack_back(Run& run) {
  if (run.stack != nullptr) stacks.give_back(run.stack);
  run.stack = nullptr;
}

/// A child that shares our memory, but not vfork: it has its own stack and we do not wait for its
/// exec. A sixth of the cost of fork, which copies our page tables. Where the child changes who it
/// is, or where its calls need more than registers, it gets a copy of the memory.
pid_t Children::State::start_child(const SpawnPlan& plan, const ChildValues& values, Run& run) {
  const bool is_alike = !plan.change_identity && !plan.set_groups && !plan.capabilities;
  // The kernel gives a new oom_score_adj to every process that shares the memory: to us, too.
  if (kMayShareMemory && is_alike && !plan.oom_score_adj) run.stack = stacks.take();
  if (run.stack == nullptr) {
    // No handlers of pthread_atfork, no locks: the child only makes system calls.
    const pid_t pid = plan.cgroup == nullptr ? ::_Fork() : fork_into_cgroup(plan.cgroup);
    if (pid == 0) run_child(plan, values);
    return pid;
  }
  struct Start {
    const SpawnPlan* plan;
    ChildValues values;
  };
  auto* const start = new (run.stack) Start{&plan, values};
  const auto body = [](void* argument) -> int {
    const auto* const given = static_cast<const Start*>(argument);
    run_child(*given->plan, given->values);
  };
  const pid_t pid =
      plan.cgroup == nullptr
          ? ::clone(body, run.stack + ChildStacks::kSize, CLONE_VM | SIGCHLD, start)
          : clone_into_cgroup(plan.cgroup, {run.stack, ChildStacks::kSize, body, start});
  if (pid < 0) give_stack_back(run);
  return pid;
}

Children::Children() : state_(std::make_unique<State>()) {
  state_->event.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!state_->event) throw std::system_error(errno, std::generic_category(), "eventfd");
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, kReaperStack);
  const auto body = [](void* state) -> void* {
    static_cast<State*>(state)->reap_until_stopped();
    return nullptr;
  };
  const int error = ::pthread_create(&state_->reaper, &attributes, body, state_.get());
  ::pthread_attr_destroy(&attributes);
  if (error != 0) throw std::system_error(error, std::generic_category(), "reaper thread");
}

Children::~Children() {
  let_reap();
  state_->stopping = true;
  ::pthread_kill(state_->reaper, SIGCHLD);
  siginfo_t info;
  if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
    // It sleeps until a child ends: here is one.
    const pid_t pid = ::_Fork();
    if (pid == 0) ::_exit(0);
    if (pid < 0) {
      ::pthread_detach(state_->reaper);
      static_cast<void>(state_.release());  // it is the reaper's now
      return;
    }
  }
  ::pthread_join(state_->reaper, nullptr);
}

int Children::event_fd() const {
  return state_->event.get();
}

Result<Spawned> Children::spawn(const SpawnPlan& plan, RunId run) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) < 0) return system_failure("make a pipe", errno);
  UniqueFd read_end(ends[0]);
  const UniqueFd write_end(ends[1]);
  ChildValues values;
  values.failure_pipe = write_end.get();
  values.umask = plan.umask.value_or(0);
  values.nice = plan.nice.value_or(0);
  write_oom_score(plan.oom_score_adj.value_or(0), values);
  const auto held = state_->lock();
  if (plan.capabilities) {
    if (!state_->bounding) state_->bounding = bounding_capabilities();
    const bool becomes_other = plan.change_identity && plan.uid != 0;
    values.capabilities = plan.required_capabilities;
    if (!becomes_other) values.capabilities |= *plan.capabilities & permitted_capabilities();
    values.unwanted_bounding_capabilities = *state_->bounding & ~*plan.capabilities;
  }
  State::Run started;
  started.pid = state_->start_child(plan, values, started);
  if (started.pid < 0) return system_failure("fork", errno);
  started.group = started.pid;
  state_->runs.set(run, started);
  state_->pids.set(started.pid, run);
  state_->reserve();
  return Spawned{started.pid, std::move(read_end)};
}

void Children::exec_succeeded(RunId run) {
  const auto held = state_->lock();
  State::Run* const found = state_->runs.find(run);
  if (found != nullptr) state_->give_stack_back(*found);
}

void Children::reap_now() {
  let_reap();
  while (state_->reap_batch()) {
  }
}

std::vector<ChildExit> Children::take_exits() {
  const auto held = state_->lock();
  eventfd_t ignored = 0;
  ::eventfd_read(state_->event.get(), &ignored);
  std::vector<ChildExit> taken = state_->exits;  // a copy: the reaper needs the room
  state_->exits.clear();
  for (const ChildExit& exit : taken) {
    State::Run* const found = state_->runs.find(exit.run);
    if (exit.group_empty)
      state_->erase(exit.run);
    else if (found != nullptr)
      found->exit_taken = true;
  }
  return taken;
}

bool Children::signal(RunId run, int signo, SignalTarget target) {
  const auto held = state_->lock();
  State::Run* const found = state_->runs.find(run);
  if (found == nullptr) return false;
  State::Run& known = *found;
  switch (target) {
    case SignalTarget::process:
      return !known.reaped && ::kill(known.pid, signo) == 0;
    case SignalTarget::group:
      if (!known.reaped) State::follow_group(known);
      if (known.reaped) return group_is_alive(known.group) && ::kill(-known.group, signo) == 0;
      if (::kill(-known.group, signo) == 0) return true;
      // A child that has not made its group yet.
      return errno == ESRCH && ::kill(known.pid, signo) == 0;
  }
  return false;
}

void Children::hold_reaper() {
  if (!state_->burst) state_->burst = state_->lock();
}

void Children::let_reap() {
  state_->burst = {};
}

std::vector<RunId> Children::take_emptied_groups() {
  const auto held = state_->lock();
  if (state_->lingering.empty() && state_->emptied.empty()) return {};
  // Members that were reaped by a parent of their own end without news for us.
  state_->collect_emptied();
  // First things first: the exit of a run is told before the end of its group.
  const auto told = std::ranges::partition(state_->emptied, [this](RunId run) {
    const State::Run* const found = state_->runs.find(run);
    return found != nullptr && !found->exit_taken;
  });
  const std::vector<RunId> taken(told.begin(), told.end());
  for (const RunId run : taken) state_->erase(run);
  return taken;
}

void Children::forget(RunId run) {
  const auto held = state_->lock();
  const State::Run* const found = state_->runs.find(run);
  if (found != nullptr && found->exit_taken) state_->erase(run);
}

bool Children::adopt(RunId run, pid_t pid, std::string_view marker) {
  if (is_ours(pid)) return false;
  const auto held = state_->lock();
  return state_->take_orphan(run, pid, marker);
}

bool Children::replace(RunId run, pid_t pid, std::string_view marker) {
  if (is_ours(pid)) return false;
  const auto held = state_->lock();
  const State::Run* const found = state_->runs.find(run);
  return found != nullptr && !found->reaped && state_->take_orphan(run, pid, marker);
}

/// Only the reaper can free the number of a child of ours, and it waits for the mutex.
bool Children::State::take_orphan(RunId run, pid_t pid, std::string_view marker) {
  const std::optional<StatLine> line = read_stat(pid);
  const bool lives = line && line->process.state != 'Z' && line->process.state != 'X';
  if (!lives || line->process.parent != ::getpid()) return false;
  if (marker_of(pid).value_or(std::string(marker)) != marker) return false;
  erase(run);
  runs.set(run, Run{.pid = pid, .group = line->process.group});
  pids.set(pid, run);
  reserve();
  return true;
}

std::optional<pid_t> Children::pid_of(RunId run) const {
  const auto held = state_->lock();
  const State::Run* const found = state_->runs.find(run);
  if (found == nullptr || found->reaped) return std::nullopt;
  return found->pid;
}

bool Children::is_ours(pid_t pid) const {
  const auto held = state_->lock();
  const RunId* const run = state_->pids.find(pid);
  const State::Run* const found = run == nullptr ? nullptr : state_->runs.find(*run);
  return found != nullptr && !found->reaped;
}

std::uint64_t Children::orphans_reaped() const {
  return state_->orphans.load(std::memory_order_relaxed);
}

bool Children::signal_stray(pid_t pid, std::string_view marker, int signo) {
  if (is_ours(pid)) return false;
  // Only the reaper can free the number of a child of ours, and it waits for the mutex.
  const auto held = state_->lock();
  const std::optional<StatLine> line = read_stat(pid);
  if (!line || line->process.parent != ::getpid()) return false;
  return marker_of(pid) == marker && ::kill(pid, signo) == 0;
}

}  // namespace my_init::os
