#include "my_init/core/services.hpp"

#include <cstdint>

// From waiting to running: dependencies, the first hook, exec, readiness.

namespace my_init::core {
namespace {

enum class Standing : std::uint8_t { met, pending, impossible };

/// Of a dependency that runs.
Standing standing_of_running(Condition condition, Health health) {
  switch (condition) {
    case Condition::started:
      return Standing::met;
    case Condition::healthy:
      return health == Health::none || health == Health::healthy ? Standing::met
                                                                 : Standing::pending;
    case Condition::completed:
      return Standing::pending;
    case Condition::ordered:
      return Standing::met;
  }
  return Standing::pending;
}

/// Whether a dependency holds a condition, may still come to hold it, or cannot.
Standing standing_of(const Edge& edge, const ServiceState& on) {
  if (edge.condition == Condition::ordered) return Standing::met;
  if (is_to_be_stopped(on)) return Standing::pending;  // what runs is not what is wanted
  switch (on.phase) {
    case Phase::running:
      return standing_of_running(edge.condition, on.health);
    case Phase::starting:
      return on.executed && edge.condition == Condition::started ? Standing::met
                                                                 : Standing::pending;
    case Phase::completed:
      return edge.condition == Condition::healthy ? Standing::impossible : Standing::met;
    case Phase::waiting:
      // A scheduled service that has done its work waits for its next time.
      return on.succeeded_before && edge.condition != Condition::healthy ? Standing::met
                                                                         : Standing::pending;
    case Phase::stopping:
    case Phase::backoff:
      return Standing::pending;
    case Phase::stopped:
    case Phase::failed:
    case Phase::skipped:
    case Phase::disabled:
    case Phase::removed:
      return Standing::impossible;
  }
  return Standing::impossible;
}

/// Whether the service itself tells; the other ways are looked at from outside.
bool is_told(ReadyWay way) {
  switch (way) {
    case ReadyWay::notify:
    case ReadyWay::fd:
    case ReadyWay::log:
      return true;
    case ReadyWay::exec:
    case ReadyWay::tcp:
    case ReadyWay::http:
    case ReadyWay::command:
    case ReadyWay::file:
      return false;
  }
  return false;
}

}  // namespace

void Services::try_start(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const bool has_time = !table_.spec(id).scheduled || state.due;
  bool pending = wants_shutdown_.has_value();  // it begins before this turn ends
  for (const Edge& edge : table_.graph().dependencies(id)) {
    if (!has_time) break;
    const Standing standing = standing_of(edge, table_.state(edge.on));
    if (standing == Standing::impossible && edge.required) {
      state.blamed = edge.on;
      table_.report(ReportKind::skipped, id, out, {.other = edge.on});
      rest(id, Phase::skipped, now, out);
      return;
    }
    if (standing == Standing::pending) {
      pending = true;
      state.blamed = edge.on;
    }
  }
  if (!pending && has_time) {
    begin_start(id, now, out);
  } else if (state.phase != Phase::waiting) {
    table_.enter(id, Phase::waiting, now);
  }
}

void Services::begin_start(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  state.due = false;
  state.run = RunId{};
  state.executed = state.seeking = state.sought = state.ready = false;
  state.signalled = state.swept = state.killed = state.squeezed = false;
  state.pre_stop_next = state.post_stop_next = 0;
  state.last_probe = ProbeOutcome::unanswered;
  state.started_at = now;
  state.then = Then::resume;
  table_.enter(id, Phase::starting, now);
  if (spec.hooks.pre_start > 0) {
    run_hook(id, SubjectKind::pre_start_hook, 0, now + spec.ready.timeout, out);
  } else {
    spawn(id, now, out);
  }
}

void Services::spawn(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  const RunRef ref = out.spawn({SubjectKind::service, static_cast<std::uint32_t>(index_of(id))});
  state.run = ref.run;
  state.main_alive = true;
  state.extended = Duration::zero();
  if (spec.ready.way != ReadyWay::exec || spec.type == ServiceType::forking)
    table_.set_due(id, &Dues::ready, now + spec.ready.timeout);
  state.watchdog = spec.watchdog;
}

void Services::handle(const event::Started& event, TimePoint now, Outbox& out) {
  const ServiceState* const state = table_.current(event.ref);
  if (state == nullptr) return;
  if (state->phase == Phase::starting && !state->executed)
    is_executed(ServiceId{event.ref.subject.index}, now, out);
  settle(now, out);
}

void Services::is_executed(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  state.executed = true;
  state.spawn_retries = 0;
  table_.touch(id);  // service_started holds from here on
  table_.report(ReportKind::started, id, out);
  if (table_.spec(id).type != ServiceType::forking) main_is_there(id, now, out);
}

void Services::handle(const event::SpawnFailed& event, TimePoint now, Outbox& out) {
  if (is_probe(event.ref.subject.kind)) {
    // A machine that is short of something for now says nothing about the service.
    const bool counts = event.retry == event::Retry::pointless;
    probe_ended(event.ref, counts ? std::optional(false) : std::nullopt, now, out);
  } else if (is_service_hook(event.ref.subject.kind)) {
    hook_ended(event.ref, std::nullopt, event.retry, now, out);
  } else if (ServiceState* const state = table_.current(event.ref);
             state != nullptr && state->main_alive) {
    const ServiceId id{event.ref.subject.index};
    state->last_exit.reset();
    state->last_code = event.exit_code;
    if (state->phase == Phase::starting && mode_ == Mode::up) {
      if (event.retry == event::Retry::worthwhile) {
        plan_retry(id, now, out);
      } else {
        state->then = judge_exit(id, false, now, out);
        // Never at once, even with `initial: 0s`.
        state->resume_at = std::max(state->resume_at, now + Backoff{}.initial);
      }
    }
    main_ended(id, event::Leftovers::none, now, out);
  }
  settle(now, out);
}

void Services::handle(const event::Ready& event, TimePoint now, Outbox& out) {
  const ServiceState* const state = table_.current(event.ref);
  if (state == nullptr || state->phase != Phase::starting || state->ready) return;
  const ServiceId id{event.ref.subject.index};
  if (!is_told(table_.spec(id).ready.way)) return;
  // Its word may be read before the end of its exec pipe.
  if (!state->executed) is_executed(id, now, out);
  become_ready(id, now, out);
  settle(now, out);
}

void Services::handle(const event::DaemonFound& event, TimePoint now, Outbox& out) {
  ServiceState* const state = table_.current(event.ref);
  if (state == nullptr || !state->seeking) return;
  const ServiceId id{event.ref.subject.index};
  state->seeking = false;
  state->main_alive = true;
  state->others = false;
  table_.set_due(id, &Dues::probe, kNever);
  main_is_there(id, now, out);
  settle(now, out);
}

/// The process that is to become ready: the program itself, or the daemon that it leaves.
void Services::main_is_there(ServiceId id, TimePoint now, Outbox& out) {
  if (table_.spec(id).ready.way == ReadyWay::exec) {
    become_ready(id, now, out);
  } else {
    begin_probing(id, now);
  }
}

void Services::become_ready(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  const ServiceSpec& spec = table_.spec(id);
  state.ready = true;
  stop_watching(id, now, out);
  if (spec.ready.way != ReadyWay::exec) table_.report(ReportKind::ready, id, out);
  if (spec.hooks.post_start > 0 && mode_ == Mode::up) {
    run_hook(id, SubjectKind::post_start_hook, 0, now + spec.ready.timeout, out);
  } else {
    run(id, now, out);
  }
}

/// From starting to running. Who wants to be restarted after this one was, is.
void Services::run(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  table_.enter(id, Phase::running, now);
  watch(id, now);
  take_up_if_safe(id, now, out);
  if (state.times_ready++ == 0) return;
  for (const ServiceId dependent : table_.graph().dependents(id)) {
    const ServiceState& other = table_.state(dependent);
    const bool runs = other.phase == Phase::starting || other.phase == Phase::running;
    for (const Edge& edge : table_.graph().dependencies(dependent)) {
      if (edge.on != id || !edge.restart || !runs || mode_ != Mode::up) continue;
      table_.report(ReportKind::dependency_restarted, dependent, out, {.other = id});
      begin_stop(dependent, Then::start_again, now, out);
    }
  }
}

void Services::not_ready_in_time(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  table_.report(ReportKind::not_ready, id, out,
                with_probe(id, {.delay = table_.spec(id).ready.timeout + state.extended}));
  state.last_exit.reset();
  state.last_code = 1;
  begin_stop(id, judge_exit(id, false, now, out), now, out);
}

/// A start that has come to its end before there was a main process.
void Services::fail_start(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  state.last_exit.reset();
  if (mode_ == Mode::up) state.then = judge_exit(id, false, now, out);
  main_ended(id, event::Leftovers::none, now, out);
}

}  // namespace my_init::core
