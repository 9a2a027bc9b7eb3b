#include "my_init/core/services.hpp"

// What an operator asks of one service. Every switch names every phase.

namespace my_init::core {

/// Whoever is to vanish takes none.
bool Services::takes_requests(ServiceId id) const {
  return index_of(id) < table_.size() && mode_ == Mode::up &&
         table_.state(id).phase != Phase::removed &&
         table_.state(id).change != ServiceState::Change::remove;
}

/// A request begins a new row of back-off delays and a new restart limit.
void Services::forget_failures(ServiceId id) {
  table_.state(id).step = 0;
  table_.state(id).spawn_retries = 0;
  histories_[index_of(id)].clear();
}

void Services::handle(const event::StartRequested& event, TimePoint now, Outbox& out) {
  if (!takes_requests(event.service)) return;
  ServiceState& state = table_.state(event.service);
  state.wanted = !event.once;
  state.due = state.due || !is_live(state.phase);
  switch (state.phase) {
    case Phase::waiting:  // a scheduled one need not wait for its time
      try_start(event.service, now, out);
      break;
    case Phase::starting:
    case Phase::running:
      break;
    case Phase::stopping:
      forget_failures(event.service);
      state.then = Then::start_again;
      break;
    case Phase::backoff:
    case Phase::stopped:
    case Phase::completed:
    case Phase::failed:
    case Phase::skipped:
    case Phase::disabled:
      forget_failures(event.service);
      try_start(event.service, now, out);
      break;
    case Phase::removed:
      break;
  }
  settle(now, out);
}

void Services::handle(const event::StopRequested& event, TimePoint now, Outbox& out) {
  if (!takes_requests(event.service)) return;
  ServiceState& state = table_.state(event.service);
  state.wanted = state.due_again = false;
  switch (state.phase) {
    case Phase::waiting:
    case Phase::backoff:
      rest(event.service, Phase::stopped, now, out);
      break;
    case Phase::starting:
    case Phase::running:
    case Phase::stopping:
      begin_stop(event.service, Then::rest_stopped, now, out);
      break;
    case Phase::stopped:
    case Phase::completed:
    case Phase::failed:
    case Phase::skipped:
    case Phase::disabled:
    case Phase::removed:
      break;
  }
  settle(now, out);
}

void Services::handle(const event::RestartRequested& event, TimePoint now, Outbox& out) {
  if (!takes_requests(event.service)) return;
  ServiceState& state = table_.state(event.service);
  if (state.phase != Phase::starting && state.phase != Phase::running) {
    handle(event::StartRequested{event.service}, now, out);
    return;
  }
  state.wanted = true;
  forget_failures(event.service);
  begin_stop(event.service, Then::start_again, now, out);
  settle(now, out);
}

void Services::handle(const event::ReloadRequested& event, TimePoint now, Outbox& out) {
  if (!takes_requests(event.service)) return;
  const ServiceState& state = table_.state(event.service);
  const ServiceSpec& spec = table_.spec(event.service);
  if (state.phase != Phase::running || !state.main_alive) return;
  if (!spec.has_reload_command) {
    out.signal(table_.main_run(event.service), spec.reload_signal, action::Target::process);
  } else if (!state.hook.alive()) {
    run_hook(event.service, SubjectKind::reload_command, 0, now + spec.ready.timeout, out);
  }
  settle(now, out);
}

void Services::handle(const event::ScheduleDue& event, TimePoint now, Outbox& out) {
  if (!takes_requests(event.service) || !table_.spec(event.service).scheduled) return;
  ServiceState& state = table_.state(event.service);
  switch (state.phase) {
    case Phase::skipped:
      if (!state.wanted) break;  // until it is started by hand
      [[fallthrough]];
    case Phase::waiting:
      state.due = true;
      try_start(event.service, now, out);
      break;
    case Phase::starting:
    case Phase::running:
    case Phase::stopping:
    case Phase::backoff:
      overlap(event.service, now, out);
      break;
    case Phase::stopped:
    case Phase::disabled:
      break;  // until it is started by hand
    case Phase::completed:
    case Phase::failed:
    case Phase::removed:
      break;  // a scheduled service never stays there
  }
  settle(now, out);
}

/// It is due while the run before is still at work.
void Services::overlap(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  switch (table_.spec(id).schedule_overlap) {
    case Overlap::skip:
      table_.report(ReportKind::schedule_skipped, id, out);
      break;
    case Overlap::queue:
      state.due_again = true;
      break;
    case Overlap::kill:
      if (state.phase == Phase::backoff) {
        try_start(id, now, out);
      } else if (state.phase != Phase::stopping || state.then != Then::rest_stopped) {
        begin_stop(id, Then::start_again, now, out);
      }
      break;
  }
}

}  // namespace my_init::core
