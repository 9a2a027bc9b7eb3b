#include "my_init/app/runit_runs.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace my_init::app {

Result<void> RunitRuns::prepare(core::RunRef run, LaunchExtras& extras) {
  const std::uint32_t service = run.subject.index;
  const auto& part = programs_.services[service].details->runit;
  if (!part) return {};
  const bool is_main = run.subject.kind == core::SubjectKind::service;
  if (run.subject.kind == core::SubjectKind::post_stop_hook)
    extras.arguments = arguments_of_finish(service);
  if (!part->logger.empty()) {
    const auto pipe = open_pipe(part->logger);
    if (!pipe) return std::unexpected(pipe.error());
    if (is_main) {
      (*pipe)->writer = run.run;
      (*pipe)->rest.reset(::fcntl(extras.standard_output, F_DUPFD_CLOEXEC, 3));
    }
    extras.standard_output = (*pipe)->write.get();
  }
  if (part->is_logger && is_main) {
    const auto pipe = open_pipe(programs_.service_names[service]);
    if (!pipe) return std::unexpected(pipe.error());
    extras.standard_input = (*pipe)->read.get();
  }
  return {};
}

void RunitRuns::note_end(core::RunRef run, ExitStatus status) {
  const std::uint32_t service = run.subject.index;
  if (programs_.services[service].details->runit) last_ends_[service] = status;
  if (const auto pipe = ending_.find(run.run); pipe != ending_.end()) {
    pass_on_rest(pipe->second);
    ending_.erase(pipe);
  }
}

bool RunitRuns::take_signal(const core::action::Signal& signal) {
  if (signal.signo != SIGTERM || signal.ref.subject.kind != core::SubjectKind::service)
    return false;
  const std::uint32_t service = signal.ref.subject.index;
  const auto& part = programs_.services[service].details->runit;
  if (!part || !part->is_logger) return false;
  const auto pipe = pipes_.find(programs_.service_names[service]);
  if (pipe == pipes_.end() || children_.pid_of(pipe->second.writer)) return false;
  pipe->second.write.reset();
  ending_.emplace(signal.ref.run, std::move(pipe->second));
  pipes_.erase(pipe);
  return true;
}

void RunitRuns::forget(std::uint32_t service) {
  if (const auto pipe = pipes_.find(programs_.service_names[service]); pipe != pipes_.end()) {
    pass_on_rest(pipe->second);
    pipes_.erase(pipe);
  }
  last_ends_.erase(service);
}

void RunitRuns::finish() {
  for (const auto& [logger, pipe] : pipes_) pass_on_rest(pipe);
  for (const auto& [run, pipe] : ending_) pass_on_rest(pipe);
  pipes_.clear();
  ending_.clear();
}

Result<RunitRuns::Pipe*> RunitRuns::open_pipe(const std::string& logger) {
  Pipe& pipe = pipes_[logger];
  if (!pipe.read) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_failure("make a pipe", errno);
    pipe.read.reset(ends[0]);
    pipe.write.reset(ends[1]);
  }
  return &pipe;
}

/// Both are pipes, and nothing else is in the second one: there is room, and no call waits. Without
/// a second one (`driver: inherit`: our own output, which may make us wait) the rest is lost.
void RunitRuns::pass_on_rest(const Pipe& pipe) {
  constexpr std::size_t kAll = 1U << 30U;
  while (::splice(pipe.read.get(), nullptr, pipe.rest.get(), nullptr, kAll, SPLICE_F_NONBLOCK) > 0)
    continue;
}

/// As runsv(8): the exit status and 0, or -1 and the number of the signal.
std::vector<std::string> RunitRuns::arguments_of_finish(std::uint32_t service) const {
  const auto found = last_ends_.find(service);
  const ExitStatus end = found == last_ends_.end() ? ExitStatus{} : found->second;
  const bool is_killed = end.kind == ExitStatus::Kind::signaled;
  return {std::to_string(is_killed ? -1 : end.value), std::to_string(is_killed ? end.value : 0)};
}

}  // namespace my_init::app
