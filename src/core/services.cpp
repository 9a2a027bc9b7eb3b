#include "my_init/core/services.hpp"

#include <algorithm>
#include <utility>

#include "my_init/core/stop_times.hpp"

// The rules between services, their deadlines and counts.

namespace my_init::core {
namespace {

ServiceId id_at(std::size_t index) {
  return static_cast<ServiceId>(index);
}

}  // namespace

Services::Services(std::vector<ServiceSpec> specs, std::uint64_t seed, TimePoint now)
    : table_(std::move(specs), now), histories_(table_.size()), random_(seed) {}

void Services::start_all(TimePoint now, Outbox& out) {
  for (const ServiceId id : table_.graph().order()) {
    if (!table_.spec(id).enabled) continue;
    table_.state(id).wanted = true;
    try_start(id, now, out);
  }
  settle(now, out);
}

void Services::freeze(TimePoint now, Outbox& out) {
  if (mode_ != Mode::up) return;
  mode_ = Mode::frozen;
  for (std::size_t i = 0; i < table_.size(); ++i) {
    ServiceState& state = table_.state(id_at(i));
    state.wanted = false;
    if (state.phase == Phase::waiting || state.phase == Phase::backoff) {
      rest(id_at(i), Phase::stopped, now, out);
    } else if (is_live(state.phase)) {
      if (state.phase != Phase::stopping) stop_watching(id_at(i), now, out);
      // What has not come to its spawn will not.
      const bool is_before = state.phase == Phase::starting && state.run == RunId{};
      if (is_before) begin_stop(id_at(i), Then::rest_stopped, now, out);
    }
  }
}

void Services::stop_all(const ShutdownBudget& budget, TimePoint now, Outbox& out) {
  freeze(now, out);
  mode_ = Mode::down;
  budget_ = budget;
  if (budget_.end) heaviest_ = heaviest_dependencies(table_);
  for (std::size_t i = 0; i < table_.size(); ++i) {
    stop_if_free(id_at(i), now, out);
    end_probe(id_at(i), now, out);
  }
  settle(now, out);
}

void Services::kill_all(TimePoint now, Outbox& out) {
  freeze(now, out);
  mode_ = Mode::forced;
  for (std::size_t i = 0; i < table_.size(); ++i) {
    ServiceState& state = table_.state(id_at(i));
    end_probe(id_at(i), now, out);
    if (!is_live(state.phase)) continue;
    if (state.phase != Phase::stopping) table_.enter(id_at(i), Phase::stopping, now);
    state.then = Then::rest_stopped;
    if (state.hook.alive() && !state.hook.killed) end_hook(id_at(i), SIGKILL, out);
    if (!state.killed) kill(id_at(i), ReportKind::shutdown_forced, now, out);
  }
  settle(now, out);
}

/// Runs the rules between services until nothing changes: one pass would let a shutdown hang.
void Services::settle(TimePoint now, Outbox& out) {
  for (auto next = table_.take_changed(); next; next = table_.take_changed()) {
    const ServiceId id = *next;
    if (mode_ == Mode::down) {
      for (const Edge& edge : table_.graph().dependencies(id)) stop_if_free(edge.on, now, out);
    } else {
      for (const ServiceId dependent : table_.graph().dependents(id))
        if (table_.state(dependent).phase == Phase::waiting) try_start(dependent, now, out);
      for (const Edge& edge : table_.graph().dependencies(id)) stop_for_change(edge.on, now, out);
    }
  }
}

/// Going down: a service is stopped when nothing that depends on it is left.
void Services::stop_if_free(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  if (!is_live(state.phase)) return;
  const bool needed = std::ranges::any_of(table_.graph().dependents(id), [&](ServiceId dependent) {
    return is_live(table_.state(dependent).phase);
  });
  if (!needed) begin_stop(id, Then::rest_stopped, now, out);
}

/// What is still overdue when a shutdown begins is looked at on the way down: nobody is asked for
/// his health any more.
void Services::advance(TimePoint now, Outbox& out) {
  const bool was_decided = wants_shutdown_.has_value();
  while (wants_shutdown_.has_value() == was_decided) {
    const auto id = table_.take_overdue(now);
    if (!id) break;
    take_dues(*id, now, out);
    settle(now, out);
  }
}

/// What was waited for in vain is told to whom it concerns, the smaller matters first.
void Services::take_dues(ServiceId id, TimePoint now, Outbox& out) {
  using Concern = void (Services::*)(ServiceId, TimePoint, Outbox&);
  constexpr std::pair<TimePoint Dues::*, Concern> kConcerns[] = {
      {&Dues::hook, &Services::hook_timed_out},     {&Dues::probe, &Services::probe_is_due},
      {&Dues::ready, &Services::not_ready_in_time}, {&Dues::watchdog, &Services::watchdog_is_due},
      {&Dues::phase, &Services::phase_is_over},
  };
  for (const auto& [due, concern] : kConcerns) {
    if (table_.state(id).dues.*due > now) continue;
    table_.set_due(id, due, kNever);
    (this->*concern)(id, now, out);
  }
  table_.renew_deadline(id);
}

}  // namespace my_init::core
