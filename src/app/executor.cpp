#include "my_init/app/executor.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

#include "my_init/app/startup_files.hpp"
#include "my_init/base/result.hpp"
#include "my_init/os/memory.hpp"

namespace my_init::app {
namespace {

/// Whether the same start may succeed a little later.
core::event::Retry retry_of(int number) {
  const bool passes = number == EAGAIN || number == ENOMEM || number == EMFILE ||
                      number == ENFILE || number == ETXTBSY;
  return passes ? core::event::Retry::worthwhile : core::event::Retry::pointless;
}

/// What a shell reports (POSIX, 2.8.2): 127 when the command was not found, 126 when it cannot run.
int exit_code_of(const os::SpawnFailure& failure, std::string_view candidate) {
  const bool not_found = failure.step == os::SpawnStep::exec && failure.number == ENOENT &&
                         ::access(std::string(candidate).c_str(), F_OK) != 0;
  return not_found ? 127 : 126;
}

os::EventLoop loop_of_exec_pipes() {
  auto loop = os::EventLoop::create();
  if (!loop) throw std::runtime_error(loop.error().message);
  return std::move(*loop);
}

/// Whether the kind of run is swept when its main process has ended.
bool is_swept(const core::RunRef& ref) {
  return ref.subject.kind == core::SubjectKind::service;
}

}  // namespace

Executor::Executor(os::EventLoop& loop, Inbox& inbox, log::LogThread& log_thread, log::OwnLog& log,
                   const Programs& programs)
    : loop_(loop),
      inbox_(inbox),
      log_(log),
      programs_(programs),
      cgroups_(log, programs),
      leftovers_(children_, loop, inbox, cgroups_.all()),
      everyone_(loop, inbox, [this] { take_all_exits(); }),
      channels_(loop, inbox, log, programs),
      probe_output_(loop),
      daemons_(children_, programs),
      sockets_(programs),
      runit_runs_(programs, children_),
      log_thread_(log_thread),
      logs_(log_thread, programs),
      compressions_(children_, log_thread, log),
      exec_pipes_(loop_of_exec_pipes()) {
  const auto watch = [this](int fd, const os::EventLoop::Handler& handler) {
    const auto added = loop_.add(fd, EPOLLIN, handler);
    if (!added) log_.write(LogLevel::error, "internal", added.error().message);
  };
  watch(children_.event_fd(), [this](std::uint32_t) { has_news_ = true; });
  watch(log_thread_.event_fd(), [this](std::uint32_t) { take_log_news(); });
  watch(exec_pipes_.fd(), [this](std::uint32_t) { exec_pipes_.turn(TimePoint{}); });
}

Executor::~Executor() {
  if (cgroups_.all()) cgroups_.all()->remove_all();
  loop_.remove(exec_pipes_.fd());
  loop_.remove(children_.event_fd());
  loop_.remove(log_thread_.event_fd());
}

void Executor::use_environment(const config::Environment& environment) {
  environment_ = std::make_shared<const EnvironmentLines>(environment);
}

/// Each child gets, and has to close, all descriptors that we have at its start: with an exec pipe
/// for each of many services that would be quadratic. A few that hang in their exec (a network
/// file system) only slow the others down.
void Executor::limit_starting() {
  constexpr std::size_t kMost = 32;
  constexpr std::chrono::milliseconds kLongest{2};
  if (starting_ >= kMost) exec_pipes_.turn(TimePoint::clock::now() + kLongest);
}

void Executor::start(core::RunRef ref, LaunchExtras extras) {
  limit_starting();
  const std::vector<UniqueFd> held = std::move(extras.held);  // until the fork
  auto launch =
      std::make_unique<Launch>(programs_, environment_, settings_, ref.subject, std::move(extras));
  Result<os::Spawned> spawned = spawn_launch(*launch, ref);
  if (!spawned) {
    fail_spawn(ref, {os::SpawnStep::fork, spawned.error().number}, *launch);
    return;
  }
  ++starting_;
  const int pipe = spawned->exec_pipe.get();
  const RunId run = ref.run;
  runs_.set(run, Run{ref, std::move(spawned->exec_pipe), std::move(launch)});
  const auto added =
      exec_pipes_.add(pipe, EPOLLIN, [this, run](std::uint32_t) { read_exec_pipe(run); });
  // Without a watch (ENOMEM, ENOSPC) the pipe is read when the exit comes.
  if (!added) log_.write(LogLevel::warning, "internal", added.error().message);
}

void Executor::release_boot_memory() {
  if (boot_memory_ != BootMemory::unused) return;
  boot_memory_ = BootMemory::released;
  os::release_unused_memory();
}

/// What became of the exec of a run, if it is known by now.
void Executor::read_exec_pipe(RunId run) {
  Run* const found = runs_.find(run);
  if (found == nullptr || !found->exec_pipe) return;
  const core::RunRef ref = found->ref;
  os::SpawnFailure failure;
  const ssize_t size = ::read(found->exec_pipe.get(), &failure, sizeof failure);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  exec_pipes_.remove(found->exec_pipe.get());
  found->exec_pipe.reset();
  const std::unique_ptr<Launch> launch = std::move(found->launch);
  if (--starting_ == 0 && boot_memory_ == BootMemory::needed &&
      ref.subject.kind != core::SubjectKind::startup_file)
    boot_memory_ = BootMemory::unused;
  if (size != sizeof failure) {
    children_.exec_succeeded(run);
    if (is_swept(ref) || ref.subject.kind == core::SubjectKind::pre_start_hook)
      start_failures_.erase(ref.subject.index);
    inbox_.push(core::event::Started{ref});
    return;
  }
  // Its process ends by itself; the exit of a run that is not in the map is dropped.
  runs_.erase(run);
  fail_spawn(ref, failure, *launch);
}

void Executor::fail_spawn(const core::RunRef& ref, const os::SpawnFailure& failure,
                          const Launch& launch) {
  const std::string candidate = launch.candidate(failure.item);
  const std::string name = programs_.name_of(ref.subject);
  std::string why = errno_text(failure.number);
  std::string what = os::describe(failure, launch.plan());
  if (failure.step == os::SpawnStep::exec) {
    if (failure.number == ENOENT && launch.is_searched()) {
      what += fmt::format(" '{}'", launch.plan().arguments.front());
      why += " in PATH";
    } else {
      what += fmt::format(" '{}'", candidate);
      why = explain_exec_failure(candidate, failure.number);
    }
  }
  if (is_swept(ref))
    start_failures_[ref.subject.index] = fmt::format("{}: {}", what, why);
  else if (ref.subject.kind == core::SubjectKind::pre_start_hook)
    start_failures_[ref.subject.index] = fmt::format("pre_start hook: {}: {}", what, why);
  log_.write(LogLevel::error, "cannot_start",
             fmt::format("cannot start '{}': {}: {}", name, what, why), {{"service", name}});
  inbox_.push(
      core::event::SpawnFailed{ref, retry_of(failure.number), exit_code_of(failure, candidate)});
}

std::string Executor::why_not_started(std::uint32_t service) const {
  const auto found = start_failures_.find(service);
  return found == start_failures_.end() ? std::string{} : found->second;
}

std::string Executor::status_of(std::uint32_t service) const {
  return channels_.status_of(service);
}

log::OutputCounters Executor::output_of(std::uint32_t service) const {
  return logs_.counters(service);
}

/// When many services are stopped, those that end at once would else be reaped in between, and each
/// would delay the signals to the others.
void Executor::signal(const core::action::Signal& signal) {
  children_.hold_reaper();
  switch (signal.target) {
    case core::action::Target::process:
      if (!runit_runs_.take_signal(signal))
        children_.signal(signal.ref.run, signal.signo, os::SignalTarget::process);
      break;
    case core::action::Target::group:
      children_.signal(signal.ref.run, signal.signo, os::SignalTarget::group);
      break;
    case core::action::Target::leftovers:
      leftovers_.signal(signal.ref.run, signal.signo);
      break;
  }
}

void Executor::take_log_news() {
  for (log::News& news : log_thread_.take_news()) {
    if (const auto* const ready = std::get_if<log::ReadyLine>(&news)) {
      // Of type forking it may be that of a daemon which has not been found yet.
      const auto service = static_cast<std::uint32_t>(ready->service);
      inbox_.push(core::event::Ready{{ready->run, {core::SubjectKind::service, service}}});
    } else if (const auto* const grown = std::get_if<log::Grown>(&news)) {
      grown_.push_back(grown->service);
    } else {
      compressions_.start(std::move(std::get<log::Rotated>(news)));
    }
  }
}

/// To find what an ended service has left behind all our children are looked at. When many services
/// end, one after the other, that would be quadratic: at most a fifth of the time goes into it, and
/// what ends meanwhile is dealt with together.
void Executor::limit_looks() {
  constexpr std::chrono::milliseconds kLongest{2};
  const TimePoint now = TimePoint::clock::now();
  if (now < next_look_) exec_pipes_.turn(std::min(next_look_, now + kLongest));
}

void Executor::take_exits() {
  has_news_ = false;
  limit_looks();
  std::vector<os::ChildExit> exits = children_.take_exits();
  for (const os::ChildExit& exit : exits) read_exec_pipe(exit.run);
  if (!exits.empty()) push_exits(std::move(exits));
  leftovers_.check_groups();
}

void Executor::take_all_exits() {
  children_.reap_now();
  take_exits();
}

void Executor::push_exits(std::vector<os::ChildExit> exits) {
  std::erase_if(exits, [this](const os::ChildExit& exit) {
    return compressions_.take_exit(exit) || has_new_main_process(exit);
  });
  std::vector<Leftovers::Ended> ended;
  for (const os::ChildExit& exit : exits) {
    const Run* const found = runs_.find(exit.run);
    if (found != nullptr && is_swept(found->ref)) {
      const core::RunRef ref = found->ref;
      ended.push_back({ref, programs_.service_names[ref.subject.index], exit.group_empty});
      runit_runs_.note_end(ref, exit.status);
      // A daemon that it leaves may go on to speak.
      if (programs_.asked[ref.subject.index].type != core::ServiceType::forking)
        channels_.close(ref.subject.index);
    } else {
      // A check that has ended may leave nothing running that it has begun.
      if (found != nullptr && core::is_probe(found->ref.subject.kind))
        children_.signal(exit.run, SIGKILL, os::SignalTarget::group);
      children_.forget(exit.run);
    }
  }
  const TimePoint before = TimePoint::clock::now();
  const std::vector<bool> left = ended.empty() ? std::vector<bool>{} : leftovers_.follow(ended);
  const TimePoint after = TimePoint::clock::now();
  next_look_ = after + 4 * (after - before);
  std::size_t next = 0;
  for (const os::ChildExit& exit : exits) {
    const Run* const found = runs_.find(exit.run);
    if (found == nullptr) continue;  // its exec had failed: that was its end
    const core::RunRef ref = found->ref;
    logs_.finish(ref);
    const bool some = is_swept(ref) && left[next++];
    runs_.erase(exit.run);
    inbox_.push(core::event::Exited{
        ref, exit.status, some ? core::event::Leftovers::some : core::event::Leftovers::none});
  }
}

}  // namespace my_init::app
