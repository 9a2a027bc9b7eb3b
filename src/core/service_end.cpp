#include <algorithm>
#include <utility>

#include "my_init/core/services.hpp"

// The end of a run, and what follows from it.

namespace my_init::core {
namespace {

/// A start that failed is never tried again at once, even with `initial: 0s`: that would be a loop
/// at the speed of fork.
constexpr Backoff kSpawnRetry{};

/// A service that has failed gives a code that says so.
int failure_code(const ServiceState& state) {
  return state.last_code == 0 ? 1 : state.last_code;
}

}  // namespace

void Services::handle(const event::Exited& event, TimePoint now, Outbox& out) {
  if (is_probe(event.ref.subject.kind)) {
    probe_ended(event.ref, event.status == ExitStatus::exited(0), now, out);
  } else if (is_service_hook(event.ref.subject.kind)) {
    hook_ended(event.ref, event.status, event::Retry::pointless, now, out);
  } else if (ServiceState* const state = table_.current(event.ref);
             state != nullptr && state->main_alive) {
    const ServiceId id{event.ref.subject.index};
    const ServiceSpec& spec = table_.spec(id);
    const auto& success = spec.success_exit_codes;
    bool succeeded = event.status.kind == ExitStatus::Kind::exited &&
                     std::ranges::find(success, event.status.value) != success.end();
    const bool has_daemon = spec.type == ServiceType::forking && state->phase == Phase::starting &&
                            !state->ready && succeeded && mode_ == Mode::up && !state->sought;
    // Why it is stopped (not ready in time, unhealthy) is how it has failed, not how it obeys.
    const bool has_failed = state->phase == Phase::stopping && state->then == Then::fail;
    state->last_exit = event.status;
    if (!has_failed) state->last_code = event.status.exit_code();
    if (has_daemon) {
      seek_daemon(id, event.leftovers, now, out);
    } else {
      if (state->phase != Phase::stopping) {
        table_.report(ReportKind::exited, id, out, {.status = event.status});
        // Only a oneshot may end before it was ready.
        if (!state->ready && spec.type != ServiceType::oneshot) succeeded = false;
        state->then = mode_ == Mode::up ? judge_exit(id, succeeded, now, out) : Then::rest_stopped;
      }
      main_ended(id, event.leftovers, now, out);
    }
  }
  settle(now, out);
}

/// The program of type forking has done its part.
void Services::seek_daemon(ServiceId id, event::Leftovers leftovers, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  state.main_alive = false;
  state.others = leftovers == event::Leftovers::some;
  state.seeking = state.sought = true;
  out.add(action::FindDaemon{table_.main_run(id)});
  table_.set_due(id, &Dues::probe, now + table_.spec(id).ready.interval);
}

void Services::handle(const event::LeftoversGone& event, TimePoint now, Outbox& out) {
  ServiceState* const state = table_.current(event.ref);
  if (state == nullptr || state->main_alive || !state->others) return;
  state->others = false;
  const ServiceId id{event.ref.subject.index};
  if (state->phase == Phase::stopping) go_on_stopping(id, now, out);
  settle(now, out);
}

/// The main process is gone. What is left of the run goes before anything else follows.
void Services::main_ended(ServiceId id, event::Leftovers leftovers, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  state.main_alive = state.seeking = false;
  state.others = leftovers == event::Leftovers::some && spec.kill_mode != KillMode::process;
  stop_watching(id, now, out);
  const bool of_stop =
      state.hook.alive() && (state.hook.ref.subject.kind == SubjectKind::pre_stop_hook ||
                             state.hook.ref.subject.kind == SubjectKind::post_stop_hook);
  if (state.phase != Phase::stopping) {
    state.stop_by = now + stop_allowance(id, now);
    if (state.hook.alive()) table_.enter(id, Phase::stopping, now);
  }
  if (state.hook.alive() && !of_stop && !state.hook.killed) {
    end_hook(id, SIGKILL, out);
    table_.set_due(id, &Dues::hook, now + budget_.patience_after_kill(now));
  }
  if (state.killed && state.others) {
    state.swept = true;
    out.signal(table_.main_run(id), SIGKILL, action::Target::leftovers);
  }
  go_on_stopping(id, now, out);
}

void Services::run_ended(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  table_.set_due(id, &Dues::phase, kNever);
  if (mode_ != Mode::up) state.then = Then::rest_stopped;
  const bool replaced = state.change == ServiceState::Change::replace;
  change_after_run(id, out);
  switch (state.then) {
    case Then::rest_stopped:
      table_.report(ReportKind::stopped, id, out, {.code = state.last_code});
      rest(id, replaced && !table_.spec(id).enabled ? Phase::disabled : Phase::stopped, now, out);
      vanish_if_gone(id, now, out);
      break;
    case Then::start_again:
      state.due = true;
      try_start(id, now, out);
      break;
    case Then::resume:
      state.due = true;
      if (state.resume_at <= now) {
        try_start(id, now, out);
      } else {
        table_.enter(id, Phase::backoff, now);
        table_.set_due(id, &Dues::phase, state.resume_at);
      }
      break;
    case Then::complete:
      rest(id, Phase::completed, now, out);
      break;
    case Then::fail:
      rest(id, Phase::failed, now, out);
      break;
  }
}

/// Enters a phase without a process; the ends for good have consequences for the container.
void Services::rest(ServiceId id, Phase phase, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  table_.enter(id, phase, now);
  state.main_alive = state.others = state.seeking = false;
  const bool essential = spec.essential && !wants_shutdown_;
  if (phase == Phase::skipped && essential) wants_shutdown_ = failure_behind(id);
  if (phase != Phase::completed && phase != Phase::failed) return;
  table_.report(phase == Phase::completed ? ReportKind::completed : ReportKind::failed, id, out,
                {.code = state.last_code});
  if (spec.scheduled) {  // for good is not for ever: it waits for its next time
    state.succeeded_before = phase == Phase::completed;
    state.due = std::exchange(state.due_again, false);
    table_.enter(id, Phase::waiting, now);
    if (state.due) try_start(id, now, out);
    return;
  }
  if (phase == Phase::failed && first_failure_ == 0) first_failure_ = failure_code(state);
  if (essential) wants_shutdown_ = phase == Phase::failed ? failure_code(state) : state.last_code;
}

Services::Then Services::judge_exit(ServiceId id, bool success, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  if (!state.wanted) return Then::rest_stopped;  // it was started for this once
  if (now - state.started_at >= spec.restart_backoff.reset_after) state.step = 0;
  const Then end = success ? Then::complete : Then::fail;
  switch (spec.restart.mode) {
    case RestartMode::no:
      return end;
    case RestartMode::on_failure:
      if (success) return end;
      if (spec.restart.max_retries != 0 && state.step >= spec.restart.max_retries) {
        table_.report(ReportKind::limit_reached, id, out, {.code = state.last_code});
        return Then::fail;
      }
      break;
    case RestartMode::always:
    case RestartMode::unless_stopped:
      break;
  }
  return restart_within_limit(id, now, out);
}

Services::Then Services::restart_within_limit(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  if (is_to_be_stopped(state)) return Then::start_again;  // change_after_run() decides
  if (!histories_[index_of(id)].allow(spec.restart_limit, now)) {
    table_.report(ReportKind::limit_reached, id, out, {.code = state.last_code});
    switch (spec.restart_limit.then) {
      case LimitEnd::fail:
        return Then::fail;
      case LimitEnd::shutdown:
        if (!wants_shutdown_) wants_shutdown_ = failure_code(state);
        return Then::fail;
      case LimitEnd::retry_after:
        histories_[index_of(id)].clear();
        state.step = 0;
        ++state.restarts;
        plan_start(id, spec.restart_limit.retry_after, now, out);
        return Then::resume;
    }
  }
  const Backoff& backoff = spec.restart_backoff;
  const bool at_once = backoff.at_once_after_reset && now - state.started_at >= backoff.reset_after;
  const Duration delay = at_once ? Duration::zero() : backoff_delay(backoff, state.step, random_);
  ++state.step;
  ++state.restarts;
  plan_start(id, delay, now, out);
  return Then::resume;
}

void Services::plan_start(ServiceId id, Duration delay, TimePoint now, Outbox& out) {
  table_.state(id).resume_at = now + delay;
  table_.report(ReportKind::restart_planned, id, out, {.delay = delay});
}

/// A start that the machine refused for now (EAGAIN, ETXTBSY): tried again with back-off, without
/// using up the restart limit, whatever the restart policy says: the service has not run yet.
void Services::plan_retry(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const Backoff& own = table_.spec(id).restart_backoff;
  const Duration delay = backoff_delay(own.initial > Duration::zero() ? own : kSpawnRetry,
                                       state.spawn_retries, random_);
  ++state.spawn_retries;
  state.then = Then::resume;
  plan_start(id, delay, now, out);
}

std::optional<int> Services::failure_behind(ServiceId id) const {
  // New definitions may turn an edge round while its old end is still blamed: never in a circle.
  for (std::size_t i = 0; i < table_.size() && table_.state(id).phase == Phase::skipped; ++i)
    id = table_.state(id).blamed;
  const ServiceState& state = table_.state(id);
  if (state.phase != Phase::failed) return std::nullopt;
  return failure_code(state);
}

}  // namespace my_init::core
