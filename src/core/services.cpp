#include "my_init/core/services.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

// The interface of Services, and the rules between services. The machine of one service is in
// service_machine.cpp.

namespace my_init::core {
namespace {

ServiceId id_at(std::size_t index) {
  return static_cast<ServiceId>(index);
}

}  // namespace

Services::Services(std::vector<ServiceSpec> specs, std::uint64_t seed, TimePoint now)
    : specs_(std::move(specs)),
      states_(specs_.size()),
      histories_(specs_.size()),
      graph_(specs_),
      random_(seed) {
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    states_[i].phase = specs_[i].enabled ? Phase::waiting : Phase::disabled;
    states_[i].since = now;
    if (specs_[i].enabled) ++enabled_;
    count(id_at(i), 1);
  }
}

void Services::start_all(TimePoint now, Outbox& out) {
  for (const ServiceId id : graph_.order()) {
    if (!specs_[index_of(id)].enabled) continue;
    states_[index_of(id)].wanted = true;
    try_start(id, now, out);
  }
  settle(now, out);
}

void Services::freeze(TimePoint now, Outbox& out) {
  if (mode_ != Mode::up) return;
  mode_ = Mode::frozen;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    ServiceState& state = states_[i];
    state.wanted = false;
    if (state.phase == Phase::waiting || state.phase == Phase::backoff)
      rest(id_at(i), Phase::stopped, now, out);
  }
}

void Services::stop_all(const ShutdownBudget& budget, TimePoint now, Outbox& out) {
  freeze(now, out);
  mode_ = Mode::down;
  budget_ = budget;
  if (budget_.end) heaviest_ = heaviest_dependencies();
  for (std::size_t i = 0; i < states_.size(); ++i) stop_if_free(id_at(i), now, out);
  settle(now, out);
}

void Services::kill_all(TimePoint now, Outbox& out) {
  freeze(now, out);
  mode_ = Mode::down;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    ServiceState& state = states_[i];
    if (!is_live(state.phase) || state.killed) continue;
    if (state.phase != Phase::stopping) enter(id_at(i), Phase::stopping, now);
    state.then = Then::rest_stopped;
    kill(id_at(i), ReportKind::shutdown_forced, now, out);
  }
  settle(now, out);
}

/// Runs the rules between services until nothing changes: one pass would let a shutdown hang.
void Services::settle(TimePoint now, Outbox& out) {
  for (std::size_t next = 0; next < changed_.size(); ++next) {
    const ServiceId id = changed_[next];
    if (mode_ == Mode::down) {
      for (const Edge& edge : graph_.dependencies(id)) stop_if_free(edge.on, now, out);
    } else {
      for (const ServiceId dependent : graph_.dependents(id))
        if (states_[index_of(dependent)].phase == Phase::waiting) try_start(dependent, now, out);
    }
  }
  changed_.clear();
}

/// Going down: a service is stopped when nothing that depends on it is left.
void Services::stop_if_free(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = states_[index_of(id)];
  if (!is_live(state.phase)) return;
  const bool needed = std::ranges::any_of(graph_.dependents(id), [&](ServiceId dependent) {
    return is_live(states_[index_of(dependent)].phase);
  });
  if (!needed) begin_stop(id, Then::rest_stopped, now, out);
}

std::vector<ServiceId> Services::heaviest_dependencies() const {
  std::vector<Duration> weight(specs_.size());
  std::vector<ServiceId> heaviest(specs_.size());
  for (const ServiceId id : graph_.order()) {
    heaviest[index_of(id)] = id;
    Duration below{};
    for (const Edge& edge : graph_.dependencies(id)) {
      if (!is_live(states_[index_of(edge.on)].phase) || weight[index_of(edge.on)] < below) continue;
      below = weight[index_of(edge.on)];
      heaviest[index_of(id)] = edge.on;
    }
    weight[index_of(id)] = specs_[index_of(id)].stop_grace_period + below;
  }
  return heaviest;
}

std::vector<Duration> Services::chain_from(ServiceId id,
                                           const std::vector<ServiceId>& heaviest) const {
  std::vector<Duration> chain{specs_[index_of(id)].stop_grace_period};
  for (; heaviest[index_of(id)] != id; id = heaviest[index_of(id)])
    chain.push_back(specs_[index_of(heaviest[index_of(id)])].stop_grace_period);
  return chain;
}

std::vector<Duration> Services::longest_chain() const {
  const std::vector<ServiceId> heaviest = heaviest_dependencies();
  std::vector<Duration> longest;
  Duration weight{-1};
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const auto dependents = graph_.dependents(id_at(i));
    const bool is_first = std::ranges::none_of(
        dependents, [&](ServiceId at) { return is_live(states_[index_of(at)].phase); });
    if (!is_live(states_[i].phase) || !is_first) continue;
    std::vector<Duration> chain = chain_from(id_at(i), heaviest);
    const Duration sum = std::accumulate(chain.begin(), chain.end(), Duration{});
    if (sum > weight) longest = std::move(chain);
    weight = std::max(weight, sum);
  }
  return longest;
}

Duration Services::stop_allowance(ServiceId id, TimePoint now) const {
  if (heaviest_.empty()) return specs_[index_of(id)].stop_grace_period;
  return budget_.share(chain_from(id, heaviest_), now);
}

std::optional<int> Services::failure_behind(ServiceId id) const {
  while (states_[index_of(id)].phase == Phase::skipped) id = states_[index_of(id)].blamed;
  const ServiceState& state = states_[index_of(id)];
  if (state.phase != Phase::failed) return std::nullopt;
  return state.last_code == 0 ? 1 : state.last_code;
}

void Services::advance(TimePoint now, Outbox& out) {
  for (auto deadline = next_deadline(); deadline && *deadline <= now; deadline = next_deadline()) {
    const auto holds = [](const Deadlines::Entry&) { return true; };
    const ServiceId id = deadlines_.earliest(holds)->service;
    deadlines_.drop_first();
    states_[index_of(id)].deadline.reset();
    deadline_passed(id, now, out);
    settle(now, out);
  }
}

std::optional<TimePoint> Services::next_deadline() const {
  const auto entry = deadlines_.earliest([this](const Deadlines::Entry& candidate) {
    return states_[index_of(candidate.service)].deadline == candidate.at;
  });
  return entry ? std::optional(entry->at) : std::nullopt;
}

void Services::set_deadline(ServiceId id, TimePoint at) {
  states_[index_of(id)].deadline = at;
  deadlines_.add(at, id);
}

/// Keeps the counts that settled(), at_rest() and all_ended() answer from.
void Services::count(ServiceId id, int by) {
  const Phase phase = states_[index_of(id)].phase;
  const auto add = [by](std::size_t& counter) { counter = by > 0 ? counter + 1 : counter - 1; };
  if (is_live(phase)) add(live_);
  if (!has_ended_for_good(phase)) add(unended_);
  const bool at_work = phase == Phase::running && specs_[index_of(id)].type == ServiceType::oneshot;
  if (phase == Phase::starting || at_work) add(busy_);
}

void Services::enter(ServiceId id, Phase phase, TimePoint now) {
  ServiceState& state = states_[index_of(id)];
  count(id, -1);
  state.phase = phase;
  state.since = now;
  state.deadline.reset();
  count(id, 1);
  changed_.push_back(id);
}

void Services::report(ReportKind kind, ServiceId id, Outbox& out, action::Report detail) const {
  detail.kind = kind;
  detail.ref = {states_[index_of(id)].run,
                {SubjectKind::service, static_cast<std::uint32_t>(index_of(id))}};
  out.add(detail);
}

}  // namespace my_init::core
