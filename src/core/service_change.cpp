#include "my_init/core/services.hpp"

// The definitions were read again: what becomes of those services whose definition is another one.

namespace my_init::core {

using Change = ServiceState::Change;

/// All is announced before anything begins, so that nothing starts by what is to be stopped.
void Services::handle(const event::ConfigReplaced& event, TimePoint now, Outbox& out) {
  if (mode_ != Mode::up) return;
  for (const ServiceId id : event.removed)
    if (takes_requests(id)) table_.state(id).change = Change::remove;
  for (const event::DefinitionChange& change : event.changes) announce(change);
  histories_.resize(table_.size());
  table_.connect();
  // Each behind what it depends on, which would else look as if it could not be had.
  for (const ServiceId id : table_.graph().order())
    if (table_.state(id).change != Change::none) begin_change(id, now, out);
  settle(now, out);
}

void Services::announce(const event::DefinitionChange& change) {
  const ServiceId id = change.service;
  if (index_of(id) > table_.size()) return;
  const bool is_new = index_of(id) == table_.size() || !takes_requests(id);
  const bool was_enabled = !is_new && table_.coming_spec(id).enabled;
  const bool is_enabled = change.spec.enabled;
  table_.set_next(id, change.spec);
  ServiceState& state = table_.state(id);
  if (is_new || is_enabled != was_enabled) state.wanted = is_enabled;
  const bool begins = is_enabled && !was_enabled && !is_live(state.phase);
  const bool ends = !is_enabled && was_enabled;
  if (ends) state.due = false;
  const bool replaces = is_new || begins || ends || is_to_be_stopped(state) ||
                        change.effect == event::Effect::restart;
  state.change = replaces ? Change::replace : Change::adapt;
}

void Services::begin_change(ServiceId id, TimePoint now, Outbox& out) {
  const ServiceState& state = table_.state(id);
  switch (state.phase) {
    case Phase::starting:
    case Phase::running:
      stop_for_change(id, now, out);
      take_up_if_safe(id, now, out);
      break;
    case Phase::stopping:
      break;  // change_after_run()
    case Phase::waiting:
    case Phase::backoff:
    case Phase::stopped:
    case Phase::completed:
    case Phase::failed:
    case Phase::skipped:
    case Phase::disabled:
    case Phase::removed:
      change_at_rest(id, now, out);
      break;
  }
}

/// In reverse order: a service is stopped when nothing that depends on it is still to be stopped.
void Services::stop_for_change(ServiceId id, TimePoint now, Outbox& out) {
  const ServiceState& state = table_.state(id);
  const bool runs = state.phase == Phase::starting || state.phase == Phase::running;
  if (mode_ != Mode::up || !runs || !is_to_be_stopped(state)) return;
  for (const ServiceId dependent : table_.graph().dependents(id)) {
    const ServiceState& other = table_.state(dependent);
    if (is_live(other.phase) && is_to_be_stopped(other)) return;
  }
  begin_stop(id, Then::start_again, now, out);
}

void Services::change_at_rest(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  if (state.change == Change::remove) {
    if (state.phase == Phase::waiting || state.phase == Phase::backoff)
      rest(id, Phase::stopped, now, out);
    vanish_if_gone(id, now, out);
    return;
  }
  const bool begins_anew = state.change == Change::replace;
  take_up(id, out);
  const bool is_scheduled = table_.spec(id).scheduled;
  const bool is_asked_for = state.wanted || (state.phase == Phase::waiting && state.due);
  if (!is_asked_for && !table_.spec(id).enabled) {
    rest(id, Phase::disabled, now, out);
  } else if (state.phase == Phase::waiting || (state.phase == Phase::skipped && state.wanted)) {
    try_start(id, now, out);
  } else if (!state.wanted) {
    return;  // it rests until it is started by hand
  } else if (begins_anew) {
    forget_failures(id);
    try_start(id, now, out);
  } else if (is_scheduled && (state.phase == Phase::completed || state.phase == Phase::failed)) {
    state.succeeded_before = state.phase == Phase::completed;
    table_.enter(id, Phase::waiting, now);
  }
}

/// What a new definition says comes before what would follow the end of the run.
void Services::change_after_run(ServiceId id, Outbox& out) {
  ServiceState& state = table_.state(id);
  if (mode_ != Mode::up) return;
  switch (state.change) {
    case Change::none:
      break;
    case Change::adapt:
      take_up(id, out);
      break;
    case Change::replace:
      take_up(id, out);
      forget_failures(id);
      state.then = state.wanted ? Then::start_again : Then::rest_stopped;
      break;
    case Change::remove:
      state.then = Then::rest_stopped;
      break;
  }
}

void Services::take_up(ServiceId id, Outbox& out) {
  ServiceState& state = table_.state(id);
  const RestartLimit limit_before = table_.spec(id).restart_limit;
  table_.use_next(id);
  out.add(action::UseDefinition{id});
  state.change = Change::none;
  state.pre_stop_next = state.post_stop_next = 0;  // counted in the old one
  // What a shorter window has forgotten would be missing in a longer one: it counts anew.
  if (table_.spec(id).restart_limit != limit_before) histories_[index_of(id)].clear();
}

/// A run that goes on gets its new definition when nothing is half done by the old one.
void Services::take_up_if_safe(ServiceId id, TimePoint now, Outbox& out) {
  const ServiceState& state = table_.state(id);
  const bool is_safe = state.phase == Phase::running && !state.hook.alive();
  if (state.change != Change::adapt || !is_safe) return;
  const std::optional<HealthCheck> check_before = table_.spec(id).healthcheck;
  take_up(id, out);
  const std::optional<HealthCheck>& check = table_.spec(id).healthcheck;
  if (check == check_before) return;
  if (check && check_before) {
    plan_probe(id, now);
  } else {
    stop_watching(id, now, out);
    watch(id, now);
    table_.touch(id);
  }
}

/// A service whose definition was removed vanishes with the last of its processes.
void Services::vanish_if_gone(ServiceId id, TimePoint now, Outbox& out) {
  const ServiceState& state = table_.state(id);
  if (state.change != Change::remove || mode_ != Mode::up || is_live(state.phase)) return;
  if (state.hook.alive() || state.probe.alive()) return;
  forget_failures(id);
  table_.vacate(id, now);
  out.add(action::ForgetService{id});
}

}  // namespace my_init::core
