#include <algorithm>

#include "my_init/core/services.hpp"

// The machine of one service: what each event means in each phase. Every switch names every phase.

namespace my_init::core {
namespace {

/// A start that failed is never tried again at once, even with `initial: 0s`: that would be a loop
/// at the speed of fork.
constexpr Backoff kSpawnRetry{};

ServiceId service_of(const RunRef& ref) {
  return ServiceId{ref.subject.index};
}

enum class Standing : std::uint8_t { met, pending, impossible };

/// Whether a dependency in this phase holds a condition, may still come to hold it, or cannot.
Standing condition_of(const Edge& edge, Phase phase) {
  switch (phase) {
    case Phase::running:
      return edge.condition == Condition::completed ? Standing::pending : Standing::met;
    case Phase::completed:
      return edge.condition == Condition::healthy ? Standing::impossible : Standing::met;
    case Phase::waiting:
    case Phase::starting:
    case Phase::stopping:
    case Phase::backoff:
      return Standing::pending;
    case Phase::stopped:
    case Phase::failed:
    case Phase::skipped:
    case Phase::disabled:
      return Standing::impossible;
  }
  return Standing::impossible;
}

}  // namespace

ServiceState* Services::current(const RunRef& ref) {
  if (ref.subject.kind != SubjectKind::service || ref.subject.index >= states_.size())
    return nullptr;
  ServiceState& state = states_[ref.subject.index];
  return state.run == ref.run && is_live(state.phase) ? &state : nullptr;
}

void Services::try_start(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = states_[index_of(id)];
  bool pending = wants_shutdown_.has_value();  // it begins before this turn ends
  for (const Edge& edge : graph_.dependencies(id)) {
    const Standing readiness = condition_of(edge, states_[index_of(edge.on)].phase);
    if (readiness == Standing::impossible && edge.required) {
      state.blamed = edge.on;
      report(ReportKind::skipped, id, out, {.other = edge.on});
      rest(id, Phase::skipped, now, out);
      return;
    }
    if (readiness == Standing::pending) {
      pending = true;
      state.blamed = edge.on;
    }
  }
  if (!pending) {
    spawn(id, now, out);
  } else if (state.phase != Phase::waiting) {
    enter(id, Phase::waiting, now);
  }
}

void Services::spawn(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = states_[index_of(id)];
  const RunRef ref = out.spawn({SubjectKind::service, static_cast<std::uint32_t>(index_of(id))});
  state.run = ref.run;
  state.main_alive = true;
  state.killed = false;
  state.started_at = now;
  state.then = Then::resume;
  enter(id, Phase::starting, now);
}

void Services::handle(const event::Started& event, TimePoint now, Outbox& out) {
  ServiceState* const state = current(event.ref);
  if (state == nullptr) return;
  if (state->phase == Phase::starting) {
    state->spawn_retries = 0;
    enter(service_of(event.ref), Phase::running, now);
    report(ReportKind::started, service_of(event.ref), out);
  }
  settle(now, out);
}

void Services::handle(const event::SpawnFailed& event, TimePoint now, Outbox& out) {
  ServiceState* const state = current(event.ref);
  if (state == nullptr || !state->main_alive) return;
  const ServiceId id = service_of(event.ref);
  state->main_alive = false;
  state->last_exit.reset();
  state->last_code = event.exit_code;
  if (state->phase == Phase::starting) {
    if (mode_ != Mode::up) {
      state->then = Then::rest_stopped;
    } else if (event.retry == event::Retry::worthwhile) {
      plan_retry(id, now, out);
    } else {
      state->then = judge_exit(id, false, now, out);
      // Never at once, even with `initial: 0s`.
      state->resume_at = std::max(state->resume_at, now + kSpawnRetry.initial);
    }
  }
  run_ended(id, now, out);
  settle(now, out);
}

void Services::handle(const event::Exited& event, TimePoint now, Outbox& out) {
  ServiceState* const state = current(event.ref);
  if (state == nullptr || !state->main_alive) return;
  const ServiceId id = service_of(event.ref);
  const auto& success = specs_[index_of(id)].success_exit_codes;
  state->main_alive = false;
  state->last_exit = event.status;
  state->last_code = event.status.exit_code();
  if (state->phase != Phase::stopping) {
    report(ReportKind::exited, id, out, {.status = event.status});
    const bool succeeded = event.status.kind == ExitStatus::Kind::exited &&
                           std::ranges::find(success, event.status.value) != success.end();
    state->then = mode_ == Mode::up ? judge_exit(id, succeeded, now, out) : Then::rest_stopped;
  }
  main_ended(id, event.leftovers, now, out);
  settle(now, out);
}

void Services::handle(const event::LeftoversGone& event, TimePoint now, Outbox& out) {
  const ServiceState* const state = current(event.ref);
  if (state == nullptr || state->main_alive || state->phase != Phase::stopping) return;
  run_ended(service_of(event.ref), now, out);
  settle(now, out);
}

/// The main process is gone; what is left of its group gets SIGTERM, and SIGKILL at the deadline
/// that already runs, or after the grace period when the service ended by itself.
void Services::main_ended(ServiceId id, event::Leftovers leftovers, TimePoint now, Outbox& out) {
  ServiceState& state = states_[index_of(id)];
  const ServiceSpec& spec = specs_[index_of(id)];
  if (leftovers == event::Leftovers::none || spec.kill_mode == KillMode::process) {
    run_ended(id, now, out);
    return;
  }
  const RunRef ref{state.run, {SubjectKind::service, static_cast<std::uint32_t>(index_of(id))}};
  const bool was_stopping = state.phase == Phase::stopping;
  if (!was_stopping) {
    enter(id, Phase::stopping, now);
    set_deadline(id, now + stop_allowance(id, now));
  }
  if (state.killed) {
    out.signal(ref, SIGKILL, action::Target::leftovers);
    return;
  }
  report(ReportKind::sweep_begun, id, out);
  out.signal(ref, SIGTERM, action::Target::leftovers);
  out.signal(ref, SIGCONT, action::Target::leftovers);
}

void Services::run_ended(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = states_[index_of(id)];
  if (mode_ != Mode::up) state.then = Then::rest_stopped;
  switch (state.then) {
    case Then::rest_stopped:
      report(ReportKind::stopped, id, out, {.code = state.last_code});
      rest(id, Phase::stopped, now, out);
      break;
    case Then::start_again:
      try_start(id, now, out);
      break;
    case Then::resume:
      if (state.resume_at <= now) {
        try_start(id, now, out);
      } else {
        enter(id, Phase::backoff, now);
        set_deadline(id, state.resume_at);
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
  ServiceState& state = states_[index_of(id)];
  enter(id, phase, now);
  state.main_alive = false;
  const bool essential = specs_[index_of(id)].essential && !wants_shutdown_;
  if (phase == Phase::skipped && essential) wants_shutdown_ = failure_behind(id);
  if (phase != Phase::completed && phase != Phase::failed) return;
  report(phase == Phase::completed ? ReportKind::completed : ReportKind::failed, id, out,
         {.code = state.last_code});
  if (phase == Phase::failed && first_failure_ == 0)
    first_failure_ = state.last_code == 0 ? 1 : state.last_code;
  if (essential) wants_shutdown_ = state.last_code;
}

Services::Then Services::judge_exit(ServiceId id, bool success, TimePoint now, Outbox& out) {
  ServiceState& state = states_[index_of(id)];
  const ServiceSpec& spec = specs_[index_of(id)];
  if (now - state.started_at >= spec.restart_backoff.reset_after) state.step = 0;
  const Then end = success ? Then::complete : Then::fail;
  switch (spec.restart.mode) {
    case RestartMode::no:
      return end;
    case RestartMode::on_failure:
      if (success) return end;
      if (spec.restart.max_retries != 0 && state.step >= spec.restart.max_retries) {
        report(ReportKind::limit_reached, id, out, {.code = state.last_code});
        return Then::fail;
      }
      break;
    case RestartMode::always:
    case RestartMode::unless_stopped:
      break;
  }
  if (!histories_[index_of(id)].allow(spec.restart_limit, now)) {
    report(ReportKind::limit_reached, id, out, {.code = state.last_code});
    switch (spec.restart_limit.then) {
      case LimitEnd::fail:
        return Then::fail;
      case LimitEnd::shutdown:
        if (!wants_shutdown_) wants_shutdown_ = state.last_code;
        return Then::fail;
      case LimitEnd::retry_after:
        histories_[index_of(id)].clear();
        state.step = 0;
        ++state.restarts;
        plan_start(id, spec.restart_limit.retry_after, now, out);
        return Then::resume;
    }
  }
  const Duration delay = backoff_delay(spec.restart_backoff, state.step, random_);
  ++state.step;
  ++state.restarts;
  plan_start(id, delay, now, out);
  return Then::resume;
}

void Services::plan_start(ServiceId id, Duration delay, TimePoint now, Outbox& out) {
  states_[index_of(id)].resume_at = now + delay;
  report(ReportKind::restart_planned, id, out, {.delay = delay});
}

/// A start that the machine refused for now (EAGAIN, ETXTBSY): tried again with back-off, without
/// using up the restart limit, whatever the restart policy says: the service has not run yet.
void Services::plan_retry(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = states_[index_of(id)];
  const Backoff& own = specs_[index_of(id)].restart_backoff;
  const Duration delay = backoff_delay(own.initial > Duration::zero() ? own : kSpawnRetry,
                                       state.spawn_retries, random_);
  ++state.spawn_retries;
  state.then = Then::resume;
  plan_start(id, delay, now, out);
}

void Services::begin_stop(ServiceId id, Then then, TimePoint now, Outbox& out) {
  ServiceState& state = states_[index_of(id)];
  const ServiceSpec& spec = specs_[index_of(id)];
  state.then = then;
  const TimePoint latest = now + stop_allowance(id, now);
  if (state.phase == Phase::stopping) {
    // Its signal is on the way already; only a shutdown can bring the end nearer.
    if (state.killed) {
      if (mode_ == Mode::down && !state.deadline)
        set_deadline(id, now + budget_.patience_after_kill(now));
    } else if (!state.deadline || *state.deadline > latest) {
      set_deadline(id, latest);
    }
    return;
  }
  enter(id, Phase::stopping, now);
  report(ReportKind::stop_begun, id, out, {.delay = latest - now});
  if (latest <= now) {
    const bool early = spec.stop_grace_period > Duration::zero();
    kill(id, early ? ReportKind::budget_used_up : ReportKind::grace_expired, now, out);
    return;
  }
  const RunRef ref{state.run, {SubjectKind::service, static_cast<std::uint32_t>(index_of(id))}};
  const action::Target target =
      spec.kill_mode == KillMode::group ? action::Target::group : action::Target::process;
  out.signal(ref, spec.stop_signal, target);
  // A stopped process (SIGSTOP) acts on its stop signal only when it goes on.
  if (spec.stop_signal != SIGKILL) out.signal(ref, SIGCONT, target);
  set_deadline(id, latest);
}

void Services::kill(ServiceId id, ReportKind why, TimePoint now, Outbox& out) {
  ServiceState& state = states_[index_of(id)];
  const KillMode mode = specs_[index_of(id)].kill_mode;
  const RunRef ref{state.run, {SubjectKind::service, static_cast<std::uint32_t>(index_of(id))}};
  state.killed = true;
  if (why != ReportKind::shutdown_forced) report(why, id, out);
  if (!state.main_alive) {
    out.signal(ref, SIGKILL, action::Target::leftovers);
  } else {
    out.signal(ref, SIGKILL,
               mode == KillMode::process ? action::Target::process : action::Target::group);
  }
  if (mode_ == Mode::down) set_deadline(id, now + budget_.patience_after_kill(now));
}

void Services::deadline_passed(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = states_[index_of(id)];
  switch (state.phase) {
    case Phase::backoff:
      try_start(id, now, out);
      break;
    case Phase::stopping:
      if (!state.killed) {
        const bool early = now - state.since < specs_[index_of(id)].stop_grace_period;
        kill(id, early ? ReportKind::budget_used_up : ReportKind::grace_expired, now, out);
      } else {
        report(ReportKind::stuck, id, out);
        rest(id, Phase::stopped, now, out);
      }
      break;
    case Phase::waiting:
    case Phase::starting:
    case Phase::running:
    case Phase::stopped:
    case Phase::completed:
    case Phase::failed:
    case Phase::skipped:
    case Phase::disabled:
      break;  // these have no deadline
  }
}

}  // namespace my_init::core
