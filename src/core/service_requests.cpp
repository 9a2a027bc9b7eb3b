#include "my_init/core/services.hpp"

// What an operator asks of one service. Every switch names every phase.

namespace my_init::core {

/// A request begins a new row of back-off delays and a new restart limit.
void Services::forget_failures(ServiceId id) {
  states_[index_of(id)].step = 0;
  states_[index_of(id)].spawn_retries = 0;
  histories_[index_of(id)].clear();
}

void Services::handle(const event::StartRequested& event, TimePoint now, Outbox& out) {
  const std::size_t index = index_of(event.service);
  if (index >= states_.size() || mode_ != Mode::up) return;
  ServiceState& state = states_[index];
  state.wanted = true;
  switch (state.phase) {
    case Phase::waiting:
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
  }
  settle(now, out);
}

void Services::handle(const event::StopRequested& event, TimePoint now, Outbox& out) {
  const std::size_t index = index_of(event.service);
  if (index >= states_.size() || mode_ != Mode::up) return;
  ServiceState& state = states_[index];
  state.wanted = false;
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
      break;
  }
  settle(now, out);
}

void Services::handle(const event::RestartRequested& event, TimePoint now, Outbox& out) {
  const std::size_t index = index_of(event.service);
  if (index >= states_.size() || mode_ != Mode::up) return;
  ServiceState& state = states_[index];
  if (state.phase != Phase::starting && state.phase != Phase::running) {
    handle(event::StartRequested{event.service}, now, out);
    return;
  }
  state.wanted = true;
  forget_failures(event.service);
  begin_stop(event.service, Then::start_again, now, out);
  settle(now, out);
}

}  // namespace my_init::core
