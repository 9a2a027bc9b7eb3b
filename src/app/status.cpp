#include "my_init/app/status.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

#include "my_init/app/options.hpp"
#include "my_init/base/time.hpp"

namespace my_init::app {
namespace {

using core::Phase;
using std::chrono::milliseconds;

std::int64_t milliseconds_since(TimePoint time) {
  return std::chrono::duration_cast<milliseconds>(TimePoint::clock::now() - time).count();
}

std::string in(TimePoint time) {
  const auto left = std::max(time - TimePoint::clock::now(), Duration::zero());
  return format_duration(std::chrono::ceil<milliseconds>(left));
}

bool tells_ready(const core::ServiceSpec& spec) {
  return spec.ready.way != core::ReadyWay::exec || spec.type != core::ServiceType::simple;
}

void add_cgroup(protocol::ServiceStatus& status, const Cgroups& cgroups, std::uint32_t service) {
  status.followed_by = cgroups.way_to_follow(service);
  const os::CgroupUsage usage = cgroups.usage_of(service);
  if (usage.cpu_time)
    status.cpu_us = std::chrono::duration_cast<std::chrono::microseconds>(*usage.cpu_time).count();
  if (usage.memory) status.memory = static_cast<std::int64_t>(*usage.memory);
}

/// Of an end that nobody asked for.
std::uint32_t& counter_of(const ExitStatus& end, const core::ServiceSpec& spec,
                          protocol::ExitCounts& counts) {
  if (end.kind == ExitStatus::Kind::signaled) return counts.signal;
  const bool is_success =
      std::ranges::find(spec.success_exit_codes, end.value) != spec.success_exit_codes.end();
  return is_success ? counts.success : counts.status;
}

/// Of a line that begins with the service's name: "web is not ready" -> "not ready", "web's
/// pre_start hook failed" -> "its pre_start hook failed".
std::string clause_of(std::string_view line, std::string_view service) {
  line.remove_prefix(std::min(service.size(), line.size()));
  for (const auto& [beginning, instead] : {std::pair{"'s ", "its "}, std::pair{" is ", ""}})
    if (line.starts_with(beginning))
      return fmt::format("{}{}", instead, line.substr(std::string_view(beginning).size()));
  return std::string(line);
}

}  // namespace

void Status::note(const core::action::Report& report) {
  const core::Subject subject = report.ref.subject;
  if (subject.kind != core::SubjectKind::service) return;
  const core::Snapshot snapshot = supervisor_.snapshot();
  if (subject.index >= snapshot.specs->size()) return;  // of the container, where no service is
  const core::ServiceSpec& spec = (*snapshot.specs)[subject.index];
  const bool has_started = report.kind == core::ReportKind::started;
  const bool has_completed = report.kind == core::ReportKind::completed;
  const bool has_begun_to_work = report.kind == core::ReportKind::ready ||
                                 (has_started && !tells_ready(spec)) ||
                                 (has_completed && spec.type == core::ServiceType::oneshot);
  if (report.kind == core::ReportKind::exited) {
    ++counter_of(report.status, spec, past_of(subject.index).exits);
  } else if (has_started || has_completed || has_begun_to_work) {
    Past& past = past_of(subject.index);
    const auto now = static_cast<std::int32_t>(milliseconds_since(begun_));
    if (has_started && past.started < 0) past.started = now;
    if ((has_completed || has_begun_to_work) && past.ready < 0) past.ready = now;
    const TimePoint start = (*snapshot.states)[subject.index].started_at;
    if (has_begun_to_work) past.last_start = static_cast<std::int32_t>(milliseconds_since(start));
  }
}

void Status::note(const core::Event& event) {
  const auto* const exited = std::get_if<core::event::Exited>(&event);
  const auto* const failed = std::get_if<core::event::SpawnFailed>(&event);
  if (exited == nullptr && failed == nullptr) return;
  const core::RunRef& ref = exited != nullptr ? exited->ref : failed->ref;
  if (ref.subject.kind != core::SubjectKind::service) return;
  const core::ServiceState& state = (*supervisor_.snapshot().states)[ref.subject.index];
  if (state.run != ref.run || !state.main_alive) return;
  if (failed != nullptr) {
    ++past_of(ref.subject.index).exits.not_started;
  } else if (state.phase == Phase::stopping) {
    Past& past = past_of(ref.subject.index);
    ++(state.killed ? past.exits.killed : past.exits.stopped);
    past.last_stop = static_cast<std::int32_t>(milliseconds_since(state.since));
  }
}

Status::Past& Status::past_of(std::uint32_t service) {
  if (pasts_.size() <= service) pasts_.resize(programs_.services.size());
  return pasts_[service];
}

void Status::note_cause(const core::action::Report& report, std::string_view line) {
  using core::ReportKind;
  const core::Subject subject = report.ref.subject;
  if (!core::is_of_service(subject.kind)) return;
  const bool is_service = subject.kind == core::SubjectKind::service;
  const bool is_of_hook =
      report.kind == ReportKind::file_failed || report.kind == ReportKind::file_timed_out;
  const bool is_of_health =
      report.kind == ReportKind::not_ready || report.kind == ReportKind::unhealthy ||
      report.kind == ReportKind::watchdog_missed || report.kind == ReportKind::watchdog_triggered;
  if ((is_of_hook && subject.kind == core::SubjectKind::pre_start_hook) || is_of_health) {
    causes_[subject.index] = clause_of(line, programs_.service_names[subject.index]);
  } else if (is_service &&
             (report.kind == ReportKind::started || report.kind == ReportKind::exited)) {
    causes_.erase(subject.index);
  }
}

void Status::forget(std::uint32_t service) {
  causes_.erase(service);
  if (service < pasts_.size()) pasts_[service] = {};
}

protocol::ServiceStatus Status::of(std::uint32_t service) const {
  const core::Snapshot snapshot = supervisor_.snapshot();
  const core::ServiceState& state = (*snapshot.states)[service];
  protocol::ServiceStatus status;
  status.name = programs_.service_names[service];
  status.state = core::phase_name(state.phase);
  status.health = core::health_name(state.health);
  status.live = core::is_live(state.phase);
  status.ended = core::has_ended_for_good(state.phase);
  if (status.live) status.pid = executor_.pid_of(state.run).value_or(0);
  const core::ServiceSpec& spec = (*snapshot.specs)[service];
  status.tells_ready = tells_ready(spec);
  status.run = static_cast<std::uint64_t>(state.run);
  status.since_ms = milliseconds_since(state.since);
  status.restarts = state.restarts;
  if (state.last_exit) status.last_exit = state.last_exit->describe();
  status.exit_code = state.last_code;
  status.why = why(snapshot, service);
  status.next = next(snapshot, service);
  status.says = executor_.status_of(service);
  if (status.live) add_cgroup(status, executor_.cgroups(), service);
  if (executor_.reads_output_of(service)) {
    const log::OutputCounters output = executor_.output_of(service);
    status.output_lines = output.lines;
    status.output_bytes = output.bytes;
    status.dropped_lines = output.dropped_lines;
    status.dropped_bytes = output.dropped_bytes;
  }
  if (service < pasts_.size()) {
    const Past& past = pasts_[service];
    status.started_ms = past.started;
    status.ready_ms = past.ready;
    status.last_start_ms = past.last_start;
    status.last_stop_ms = past.last_stop;
    status.exits = past.exits;
  }
  for (const core::Dependency& dependency : spec.depends_on)
    status.depends_on.push_back(dependency.service);
  add_runit(status, service);
  return status;
}

/// What sv(8) of runit says.
void Status::add_runit(protocol::ServiceStatus& status, std::uint32_t service) const {
  const core::Snapshot snapshot = supervisor_.snapshot();
  const core::ServiceState& state = (*snapshot.states)[service];
  status.enabled = (*snapshot.specs)[service].enabled;
  status.wanted = state.wanted;
  status.signalled = state.signalled && state.main_alive;
  status.run_ms = milliseconds_since(state.started_at);
  if (state.hook.alive()) status.hook_pid = executor_.pid_of(state.hook.ref.run).value_or(0);
  const config::Execution& execution = programs_.services[service];
  if (execution.details->runit) status.directory = execution.working_dir;
}

/// Why it is in its state, as a clause; empty where the state says it all.
std::string Status::why(const core::Snapshot& snapshot, std::uint32_t service) const {
  const core::ServiceState& state = (*snapshot.states)[service];
  const auto blamed = [&] { return programs_.service_names[core::index_of(state.blamed)]; };
  const std::string not_started = executor_.why_not_started(service);
  const auto cause = causes_.find(service);
  std::string ended = !not_started.empty()     ? "cannot start: " + not_started
                      : cause != causes_.end() ? cause->second
                      : state.last_exit        ? state.last_exit->describe()
                                               : std::string{};
  switch (state.phase) {
    case Phase::waiting:
      return (*snapshot.specs)[service].scheduled && !state.due
                 ? "waits for its time"
                 : fmt::format("waits for '{}'", blamed());
    case Phase::starting:
      return state.ready ? "its post_start hooks run" : executor_.reason(service);
    case Phase::running:
      return state.health == core::Health::unhealthy ? executor_.reason(service) : std::string{};
    case Phase::stopping:
      return state.main_alive ? "" : "its main process has ended, others of it have not";
    case Phase::skipped:
      return fmt::format("'{}', which it depends on, cannot be had", blamed());
    case Phase::backoff:
    case Phase::failed:
      return ended;
    case Phase::stopped:
    case Phase::completed:
    case Phase::disabled:
    case Phase::removed:
      break;
  }
  return {};
}

/// What happens next by itself, and when; empty when nothing does.
std::string Status::next(const core::Snapshot& snapshot, std::uint32_t service) const {
  const core::ServiceState& state = (*snapshot.states)[service];
  const bool is_scheduled = (*snapshot.specs)[service].scheduled;
  std::string run = is_scheduled ? "runs next " + schedules_.next_of(service) : std::string{};
  switch (state.phase) {
    case Phase::backoff:
      return state.dues.phase == core::kNever ? "" : "starts again in " + in(state.dues.phase);
    case Phase::starting:
      return state.dues.ready == core::kNever
                 ? run
                 : fmt::format("has failed if it is not ready in {}", in(state.dues.ready));
    case Phase::stopping:
      return state.killed || state.dues.phase == core::kNever
                 ? ""
                 : fmt::format("gets SIGKILL in {}", in(state.dues.phase));
    case Phase::waiting:
    case Phase::skipped:
    case Phase::running:
      return run;
    case Phase::stopped:
    case Phase::completed:
    case Phase::failed:
    case Phase::disabled:
    case Phase::removed:
      break;
  }
  return {};
}

protocol::ContainerStatus Status::container() const {
  const core::Snapshot snapshot = supervisor_.snapshot();
  protocol::ContainerStatus status;
  status.version = version_number();
  status.pid = ::getpid();
  status.stage = core::stage_name(snapshot.stage);
  status.health = core::health_name(core::health_of(snapshot));
  status.up_ms = milliseconds_since(begun_);
  status.orphans_reaped = executor_.orphans_reaped();
  return status;
}

std::vector<protocol::StrayStatus> Status::strays() const {
  std::vector<protocol::StrayStatus> found;
  for (const os::StrayFinder::Stray& stray : executor_.strays())
    found.push_back({stray.pid, os::command_of(stray.pid), stray.service});
  return found;
}

}  // namespace my_init::app
