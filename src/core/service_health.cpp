#include <algorithm>

#include "my_init/core/services.hpp"

// What is asked about a service while it starts (readiness) and runs (health check, watchdog).

namespace my_init::core {
namespace {

/// A question whether the service is ready gets no more than this.
constexpr Duration kReadinessProbeLimit = std::chrono::seconds{5};

bool is_polled(ReadyWay way) {
  switch (way) {
    case ReadyWay::tcp:
    case ReadyWay::http:
    case ReadyWay::command:
    case ReadyWay::file:
      return true;
    case ReadyWay::exec:
    case ReadyWay::notify:
    case ReadyWay::fd:
    case ReadyWay::log:
      return false;
  }
  return false;
}

}  // namespace

/// Begins with what a running service is asked for.
void Services::watch(ServiceId id, TimePoint now) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  const bool has_watchdog = state.watchdog > Duration::zero();
  if (mode_ != Mode::up || (!spec.healthcheck && !has_watchdog)) return;
  state.health = Health::starting;
  state.probe_failures = 0;
  state.ready_at = state.pinged_at = now;
  if (has_watchdog) table_.set_due(id, &Dues::watchdog, now + state.watchdog);
  plan_probe(id, now);
}

/// Ends all questions; an answer that is under way does not count any more.
void Services::stop_watching(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  table_.set_due(id, &Dues::ready, kNever);
  table_.set_due(id, &Dues::watchdog, kNever);
  if (!state.probe.alive()) table_.set_due(id, &Dues::probe, kNever);
  state.health = Health::none;
  end_probe(id, now, out);
}

void Services::start_probe(ServiceId id, SubjectKind kind, TimePoint until, Outbox& out) {
  table_.state(id).probe = {out.spawn({kind, static_cast<std::uint32_t>(index_of(id))}), false};
  ++probes_;
  table_.set_due(id, &Dues::probe, until);
}

/// On the way down one that outlives this is given up in the end.
void Services::end_probe(ServiceId id, TimePoint now, Outbox& out) {
  Aside& probe = table_.state(id).probe;
  const bool is_way_down = mode_ == Mode::down || mode_ == Mode::forced;
  if (!probe.alive()) return;
  if (!probe.killed) {
    out.signal(probe.ref, SIGKILL, action::Target::group);
    probe.killed = true;
    table_.set_due(id, &Dues::probe, kNever);
  }
  if (is_way_down && table_.state(id).dues.probe == kNever)
    table_.set_due(id, &Dues::probe, now + budget_.patience_after_kill(now));
}

/// The first question whether it is ready comes at once.
void Services::begin_probing(ServiceId id, TimePoint now) {
  plan_probe(id, now);
  if (table_.state(id).dues.probe != kNever) table_.set_due(id, &Dues::probe, now);
}

/// What the last question has to do with it that a service is not ready or unhealthy.
action::Report Services::with_probe(ServiceId id, action::Report report) const {
  const ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  const bool is_asked = state.last_probe != ProbeOutcome::unanswered || state.probe.alive();
  report.probe = is_asked ? state.last_probe : ProbeOutcome::answered;
  if (report.probe == ProbeOutcome::overran) {
    const bool starts = state.phase == Phase::starting || !spec.healthcheck;
    report.probe_limit = starts ? kReadinessProbeLimit : spec.healthcheck->timeout;
  }
  return report;
}

/// The next question; none while one waits for its answer.
void Services::plan_probe(ServiceId id, TimePoint now) {
  const ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  if (state.probe.alive() || mode_ != Mode::up) return;
  if (state.phase == Phase::starting && state.executed && !state.ready &&
      is_polled(spec.ready.way)) {
    table_.set_due(id, &Dues::probe, now + spec.ready.interval);
  } else if (state.phase == Phase::running && spec.healthcheck) {
    const HealthCheck& check = *spec.healthcheck;
    const bool begins =
        state.health == Health::starting && now < state.ready_at + check.start_period;
    table_.set_due(id, &Dues::probe, now + (begins ? check.start_interval : check.interval));
  }
}

void Services::probe_is_due(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  if (state.seeking) {
    if (state.dues.ready <= now)
      return;  // its time is over: what was found now would come too late
    out.add(action::FindDaemon{table_.main_run(id)});
    table_.set_due(id, &Dues::probe, now + spec.ready.interval);
  } else if (state.probe.alive()) {
    if (state.probe.killed) {  // only on the way down: it is given up
      out.add(action::Report{.kind = ReportKind::stuck, .ref = state.probe.ref});
      probe_ended(state.probe.ref, std::nullopt, now, out);
    } else {
      end_probe(id, now, out);
      state.last_probe = ProbeOutcome::overran;
      take_probe_result(id, false, now, out);
    }
  } else if (state.phase == Phase::starting) {
    start_probe(id, SubjectKind::readiness_probe, now + kReadinessProbeLimit, out);
  } else if (state.phase == Phase::running && spec.healthcheck) {
    start_probe(id, SubjectKind::health_probe, now + spec.healthcheck->timeout, out);
  }
}

/// `success`: nothing when it says nothing about the service.
void Services::probe_ended(const RunRef& probe, std::optional<bool> success, TimePoint now,
                           Outbox& out) {
  if (probe.subject.index >= table_.size()) return;
  const ServiceId id{probe.subject.index};
  ServiceState& state = table_.state(id);
  if (!state.probe.alive() || state.probe.ref != probe) return;
  const bool counts = !state.probe.killed && success.has_value();
  state.probe = {};
  --probes_;
  table_.set_due(id, &Dues::probe, kNever);
  if (counts) {
    state.last_probe = ProbeOutcome::answered;
    take_probe_result(id, *success, now, out);
  }
  // One of an earlier run may have kept the place.
  plan_probe(id, now);
  vanish_if_gone(id, now, out);
}

void Services::take_probe_result(ServiceId id, bool success, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  if (state.phase == Phase::starting && !state.ready) {
    if (success) become_ready(id, now, out);
    return;
  }
  if (state.phase != Phase::running || !spec.healthcheck) return;
  if (success) {
    state.probe_failures = 0;
    become_healthy(id, out);
    return;
  }
  const bool begins =
      state.health == Health::starting && now < state.ready_at + spec.healthcheck->start_period;
  if (begins || state.health == Health::unhealthy) return;
  if (++state.probe_failures < spec.healthcheck->retries) return;
  become_unhealthy(id,
                   with_probe(id, {.kind = ReportKind::unhealthy,
                                   .code = static_cast<int>(state.probe_failures)}),
                   now, out);
}

void Services::become_healthy(ServiceId id, Outbox& out) {
  ServiceState& state = table_.state(id);
  if (state.health == Health::healthy) return;
  state.health = Health::healthy;
  table_.report(ReportKind::healthy, id, out);
  table_.touch(id);
}

/// Acts once: only here does a service come from healthy, or starting, to unhealthy.
void Services::become_unhealthy(ServiceId id, action::Report detail, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const auto& check = table_.spec(id).healthcheck;
  state.health = Health::unhealthy;
  table_.report(detail.kind, id, out, detail);
  table_.touch(id);
  switch (check ? check->on_failure : OnUnhealthy::restart) {
    case OnUnhealthy::none:
      break;
    case OnUnhealthy::shutdown:
      if (!wants_shutdown_) wants_shutdown_ = 1;
      break;
    case OnUnhealthy::restart:
      state.last_exit.reset();
      state.last_code = 1;
      begin_stop(id, restart_within_limit(id, now, out), now, out);
      break;
  }
}

void Services::handle(const event::SignOfLife& event, TimePoint now, Outbox& out) {
  ServiceState* const state = table_.current(event.ref);
  if (state == nullptr) return;
  const ServiceId id{event.ref.subject.index};
  const ServiceSpec& spec = table_.spec(id);
  state->pinged_at = now;
  if (state->phase != Phase::running || state->watchdog <= Duration::zero() || mode_ != Mode::up)
    return;
  // A deadline that is set stays: it looks at pinged_at when it has come.
  if (state->dues.watchdog == kNever) table_.set_due(id, &Dues::watchdog, now + state->watchdog);
  if (!spec.healthcheck) become_healthy(id, out);
  settle(now, out);
}

void Services::handle(const event::WatchdogTriggered& event, TimePoint now, Outbox& out) {
  const ServiceState* const state = table_.current(event.ref);
  if (state == nullptr || state->phase != Phase::running || mode_ != Mode::up) return;
  if (state->health == Health::unhealthy) return;
  const ServiceId id{event.ref.subject.index};
  become_unhealthy(id, {.kind = ReportKind::watchdog_triggered}, now, out);
  settle(now, out);
}

void Services::handle(const event::WatchdogChanged& event, TimePoint now, Outbox& out) {
  ServiceState* const state = table_.current(event.ref);
  if (state == nullptr) return;
  const ServiceId id{event.ref.subject.index};
  const bool has_watchdog = event.limit > Duration::zero();
  state->watchdog = std::min<Duration>(event.limit, std::chrono::hours{24 * 365});
  if (state->phase != Phase::running || mode_ != Mode::up) return;
  state->pinged_at = now;
  table_.set_due(id, &Dues::watchdog, has_watchdog ? now + state->watchdog : kNever);
  const bool asks = has_watchdog || table_.spec(id).healthcheck;
  if (asks && state->health == Health::none) state->health = Health::starting;
  if (!asks) state->health = Health::none;
  table_.touch(id);
  settle(now, out);
}

void Services::watchdog_is_due(ServiceId id, TimePoint now, Outbox& out) {
  const ServiceState& state = table_.state(id);
  const Duration limit = state.watchdog;
  if (state.pinged_at + limit > now) {
    table_.set_due(id, &Dues::watchdog, state.pinged_at + limit);
  } else if (state.health != Health::unhealthy) {
    become_unhealthy(id, {.kind = ReportKind::watchdog_missed, .delay = limit}, now, out);
  }
}

}  // namespace my_init::core
