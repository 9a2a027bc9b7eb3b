#include "my_init/app/everyone.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "my_init/os/pidfd.hpp"

namespace my_init::app {
namespace {

/// So many pidfds at once are enough: the rest is looked at when these have ended.
constexpr std::size_t kMostWatched = 64;
constexpr long kLookAgainNanoseconds = 20'000'000;

bool is_pid_1() {
  return ::getpid() == 1;
}

}  // namespace

Everyone::Everyone(os::EventLoop& loop, Inbox& inbox, std::function<void()> before_gone)
    : loop_(loop),
      inbox_(inbox),
      before_gone_(std::move(before_gone)),
      scope_(is_pid_1() ? os::ProcessScope::everyone : os::ProcessScope::descendants) {}

Everyone::~Everyone() {
  for (const auto& [pid, pidfd] : watched_) loop_.remove(pidfd.get());
  stop_timer();
}

void Everyone::signal_all(int signo) {
  signo_ = signo;
  signalled_.clear();
  if (is_pid_1()) {
    // One call reaches all at the same moment, so that nobody can fork away from it.
    if (::kill(-1, signo) != 0 && errno == ESRCH) {
      tell_gone();
      return;
    }
    if (signo != SIGKILL) ::kill(-1, SIGCONT);
    for (const os::Process& process : living()) signalled_.insert(process.pid);
  }
  look();
}

std::vector<std::string> Everyone::names() const {
  std::vector<std::string> names;
  for (const os::Process& process : living())
    names.push_back(std::to_string(process.pid) + " (" + process.command + ")");
  return names;
}

std::vector<os::Process> Everyone::living() const {
  std::vector<os::Process> processes = os::list_processes(scope_);
  std::erase_if(processes, [](const os::Process& process) {
    return process.state == 'Z' || process.state == 'X';
  });
  return processes;
}

/// Signals and watches those that are there. With none left the event is pushed, once.
void Everyone::look() {
  if (gone_ || signo_ == 0) return;
  const std::vector<os::Process> processes = living();
  for (const os::Process& process : processes) {
    if (signalled_.insert(process.pid).second) {
      ::kill(process.pid, signo_);
      if (signo_ != SIGKILL) ::kill(process.pid, SIGCONT);
    }
    if (watched_.size() < kMostWatched) watch(process);
  }
  const bool proc_is_missing = processes.empty() && ::access("/proc/self/stat", F_OK) != 0;
  if (proc_is_missing && is_pid_1() && (::kill(-1, 0) == 0 || errno == EPERM)) {
    look_again_soon();
  } else if (processes.empty()) {
    tell_gone();
  } else if (watched_.empty()) {
    look_again_soon();
  }
}

void Everyone::tell_gone() {
  if (std::exchange(gone_, true)) return;
  stop_timer();
  before_gone_();
  inbox_.push(core::event::EveryoneGone{});
}

void Everyone::watch(const os::Process& process) {
  if (watched_.contains(process.pid)) return;
  Result<UniqueFd> pidfd = os::open_pidfd(process.pid);
  if (!pidfd) return;
  const pid_t pid = process.pid;
  const auto added =
      loop_.add(pidfd->get(), EPOLLIN, [this, pid](std::uint32_t) { process_ended(pid); });
  if (added) watched_.emplace(pid, std::move(*pidfd));
}

void Everyone::process_ended(pid_t pid) {
  const auto found = watched_.find(pid);
  if (found == watched_.end()) return;
  loop_.remove(found->second.get());
  watched_.erase(found);
  if (watched_.empty()) look();
}

void Everyone::look_again_soon() {
  if (!timer_) {
    timer_.reset(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!timer_) return;  // then the deadline of the phase ends it
    const auto added = loop_.add(timer_.get(), EPOLLIN, [this](std::uint32_t) { look(); });
    if (!added) {
      timer_.reset();
      return;
    }
  }
  itimerspec when{};
  when.it_value.tv_nsec = kLookAgainNanoseconds;
  ::timerfd_settime(timer_.get(), 0, &when, nullptr);
}

void Everyone::stop_timer() {
  if (timer_) loop_.remove(timer_.get());
  timer_.reset();
}

}  // namespace my_init::app
