#include <algorithm>

#include "my_init/core/services.hpp"
#include "my_init/core/stop_times.hpp"

// From a live phase to the end of everything that belongs to the run: hooks, signal, sweep,
// SIGKILL.

namespace my_init::core {

void Services::begin_stop(ServiceId id, Then then, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  state.then = then;
  if (state.phase == Phase::stopping) {
    hasten_stop(id, now);
    return;
  }
  stop_watching(id, now, out);
  table_.enter(id, Phase::stopping, now);
  state.seeking = false;
  state.stop_by = now + stop_allowance(id, now);
  const Duration step = step_allowance(id, now);
  table_.report(ReportKind::stop_begun, id, out, {.delay = step});
  if (state.hook.alive()) {  // of the start, or it reloads
    end_hook(id, step > Duration::zero() ? SIGTERM : SIGKILL, out);
    table_.set_due(id, &Dues::hook, std::min(state.dues.hook, now + step));
  }
  go_on_stopping(id, now, out);
}

/// Its stop has begun already; only a shutdown can bring the end nearer.
void Services::hasten_stop(ServiceId id, TimePoint now) {
  ServiceState& state = table_.state(id);
  const TimePoint given_up_at = now + budget_.patience_after_kill(now);
  state.stop_by = std::min(state.stop_by, now + stop_allowance(id, now));
  const TimePoint latest = now + step_allowance(id, now);
  if (state.hook.alive()) {
    const TimePoint until = state.hook.killed ? given_up_at : latest;
    table_.set_due(id, &Dues::hook, std::min(state.dues.hook, until));
  }
  if (state.killed) {
    const bool is_left = state.main_alive || state.others;
    if (mode_ == Mode::down && is_left && state.dues.phase == kNever)
      table_.set_due(id, &Dues::phase, given_up_at);
  } else if ((state.signalled || state.swept) && latest < state.dues.phase) {
    state.squeezed = true;
    table_.set_due(id, &Dues::phase, latest);
  }
}

/// The next step of a stop, whenever one has ended: pre_stop hooks, the stop signal, the sweep,
/// post_stop hooks. Also what follows an end that nobody asked for.
void Services::go_on_stopping(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const HookCounts& hooks = table_.spec(id).hooks;
  const bool may_run_hooks = mode_ != Mode::forced;
  if (state.hook.alive()) return;
  if (state.main_alive) {
    if (state.signalled || state.killed) return;
    if (may_run_hooks && state.ready && state.pre_stop_next < hooks.pre_stop &&
        state.stop_by > now) {
      const TimePoint until = now + step_allowance(id, now);
      run_hook(id, SubjectKind::pre_stop_hook, state.pre_stop_next++, until, out);
    } else {
      send_stop_signal(id, now, out);
    }
  } else if (state.others) {
    if (!state.swept) sweep(id, now, out);
  } else if (may_run_hooks && state.executed && state.post_stop_next < hooks.post_stop) {
    if (state.phase != Phase::stopping) table_.enter(id, Phase::stopping, now);
    const TimePoint until = now + step_allowance(id, now);
    table_.set_due(id, &Dues::phase, kNever);
    run_hook(id, SubjectKind::post_stop_hook, state.post_stop_next++, until, out);
  } else {
    run_ended(id, now, out);
  }
}

void Services::send_stop_signal(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  const Duration step = await_end(id, now);
  if (step <= Duration::zero()) {
    kill(id, state.squeezed ? ReportKind::budget_used_up : ReportKind::grace_expired, now, out);
    return;
  }
  const action::Target target =
      spec.kill_mode == KillMode::group ? action::Target::group : action::Target::process;
  out.signal(table_.main_run(id), spec.stop_signal, target);
  // A stopped process (SIGSTOP) acts on its stop signal only when it goes on.
  if (spec.stop_signal != SIGKILL) out.signal(table_.main_run(id), SIGCONT, target);
}

/// It has its stop signal, or is about to get it: how long it may take to obey.
Duration Services::await_end(ServiceId id, TimePoint now) {
  ServiceState& state = table_.state(id);
  const Duration step = step_allowance(id, now);
  state.signalled = true;
  state.squeezed = step < table_.spec(id).stop_grace_period;
  table_.set_due(id, &Dues::phase, now + step);
  return step;
}

/// What is left of the group, and strays, get SIGTERM, and SIGKILL at the deadline that already
/// runs, or after the grace period when the service ended by itself.
void Services::sweep(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  state.swept = true;
  if (state.phase != Phase::stopping) table_.enter(id, Phase::stopping, now);
  if (state.dues.phase == kNever) {
    const Duration step = step_allowance(id, now);
    state.squeezed = step < table_.spec(id).stop_grace_period;
    table_.set_due(id, &Dues::phase, now + step);
  }
  table_.report(ReportKind::sweep_begun, id, out);
  out.signal(table_.main_run(id), SIGTERM, action::Target::leftovers);
  out.signal(table_.main_run(id), SIGCONT, action::Target::leftovers);
}

void Services::kill(ServiceId id, ReportKind why, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const KillMode mode = table_.spec(id).kill_mode;
  state.killed = true;
  if (why != ReportKind::shutdown_forced) table_.report(why, id, out);
  if (state.main_alive) {
    out.signal(table_.main_run(id), SIGKILL,
               mode == KillMode::process ? action::Target::process : action::Target::group);
  } else if (state.others) {
    out.signal(table_.main_run(id), SIGKILL, action::Target::leftovers);
  }
  const bool has_patience = mode_ == Mode::down || mode_ == Mode::forced;
  table_.set_due(id, &Dues::phase, has_patience ? now + budget_.patience_after_kill(now) : kNever);
}

/// The deadline of the phase has passed.
void Services::phase_is_over(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  table_.set_due(id, &Dues::phase, kNever);
  switch (state.phase) {
    case Phase::backoff:
      try_start(id, now, out);
      break;
    case Phase::stopping:
      if (!state.killed) {
        kill(id, state.squeezed ? ReportKind::budget_used_up : ReportKind::grace_expired, now, out);
      } else {
        give_up(id, now, out);
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
    case Phase::removed:
      break;  // these have no deadline of their own
  }
}

/// It has outlived SIGKILL: a shutdown goes on without it.
void Services::give_up(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  if (state.main_alive || state.others) table_.report(ReportKind::stuck, id, out);
  if (state.hook.alive()) out.add(action::Report{.kind = ReportKind::stuck, .ref = state.hook.ref});
  state.hook = {};
  table_.set_due(id, &Dues::hook, kNever);
  rest(id, Phase::stopped, now, out);
}

void Services::handle(const event::TimeoutExtended& event, TimePoint now, Outbox&) {
  ServiceState* const state = table_.current(event.ref);
  if (state == nullptr || event.by <= Duration::zero()) return;
  const ServiceId id{event.ref.subject.index};
  const TimePoint until = now + std::min<Duration>(event.by, std::chrono::hours{24 * 365});
  if (state->phase == Phase::starting && state->dues.ready != kNever) {
    const TimePoint by = std::max(state->dues.ready, until);
    state->extended += by - state->dues.ready;
    table_.set_due(id, &Dues::ready, by);
  } else if (state->phase == Phase::stopping && !state->killed && state->dues.phase != kNever) {
    // The others' time is not its to take.
    const TimePoint latest = mode_ == Mode::down && budget_.end ? state->dues.phase : kNever;
    table_.set_due(id, &Dues::phase, std::max(state->dues.phase, std::min(until, latest)));
  }
}

// --- How long it may take ---

/// What the whole stop may take from now on.
Duration Services::stop_allowance(ServiceId id, TimePoint now) const {
  if (heaviest_.empty()) return stop_need(table_, id);
  return budget_.share(chain_from(table_, id, heaviest_), now);
}

/// What the next step of it may take.
Duration Services::step_allowance(ServiceId id, TimePoint now) const {
  const Duration grace = table_.spec(id).stop_grace_period;
  return fair_share(std::vector<Duration>(steps_left(table_, id), grace),
                    table_.state(id).stop_by - now);
}

}  // namespace my_init::core
