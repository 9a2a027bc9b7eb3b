#include "my_init/core/service_table.hpp"

#include <utility>

namespace my_init::core {

ServiceTable::ServiceTable(std::vector<ServiceSpec> specs, TimePoint now)
    : specs_(std::move(specs)), states_(specs_.size()), graph_(specs_) {
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    states_[i].phase = specs_[i].enabled ? Phase::waiting : Phase::disabled;
    states_[i].since = now;
    if (specs_[i].enabled) ++enabled_;
    count(static_cast<ServiceId>(i), 1);
  }
}

const ServiceSpec& ServiceTable::coming_spec(ServiceId id) const {
  const auto next = next_specs_.find(id);
  return next == next_specs_.end() ? spec(id) : next->second;
}

void ServiceTable::set_next(ServiceId id, ServiceSpec spec) {
  if (index_of(id) == specs_.size()) {
    specs_.push_back({.enabled = false});
    states_.push_back({.phase = Phase::removed});
    count(id, 1);
  }
  specs_[index_of(id)].name = spec.name;
  next_specs_.insert_or_assign(id, std::move(spec));
}

void ServiceTable::connect() {
  for (const auto& [id, next] : next_specs_) specs_[index_of(id)].depends_on = next.depends_on;
  std::vector<bool> vanishing(states_.size());
  for (std::size_t i = 0; i < states_.size(); ++i)
    vanishing[i] = states_[i].change == ServiceState::Change::remove;
  graph_ = Graph(specs_, vanishing, graph_);
}

void ServiceTable::use_next(ServiceId id) {
  auto next = next_specs_.extract(id);
  if (!next.empty()) put(id, std::move(next.mapped()));
}

void ServiceTable::vacate(ServiceId id, TimePoint now) {
  enter(id, Phase::removed, now);
  put(id, {.enabled = false});
  state(id) = {.phase = Phase::removed};
}

/// Keeps the counts.
void ServiceTable::put(ServiceId id, ServiceSpec spec) {
  ServiceSpec& place = specs_[index_of(id)];
  count(id, -1);
  if (place.enabled) --enabled_;
  place = std::move(spec);
  if (place.enabled) ++enabled_;
  count(id, 1);
}

ServiceState* ServiceTable::current(const RunRef& ref) {
  if (ref.subject.kind != SubjectKind::service || ref.subject.index >= states_.size())
    return nullptr;
  ServiceState& state = states_[ref.subject.index];
  return state.run == ref.run && is_live(state.phase) ? &state : nullptr;
}

RunRef ServiceTable::main_run(ServiceId id) const {
  return {state(id).run, {SubjectKind::service, static_cast<std::uint32_t>(index_of(id))}};
}

void ServiceTable::enter(ServiceId id, Phase phase, TimePoint now) {
  count(id, -1);
  state(id).phase = phase;
  state(id).since = now;
  set_due(id, &Dues::phase, kNever);
  count(id, 1);
  touch(id);
}

/// Keeps the counts, so that nobody has to look at all services after each event.
void ServiceTable::count(ServiceId id, int by) {
  const Phase phase = state(id).phase;
  const auto add = [by](std::size_t& counter) { counter = by > 0 ? counter + 1 : counter - 1; };
  if (is_live(phase)) add(live_);
  if (!has_ended_for_good(phase)) add(unended_);
  const bool at_work = phase == Phase::running && spec(id).type == ServiceType::oneshot;
  if (phase == Phase::starting || at_work) add(busy_);
}

std::optional<ServiceId> ServiceTable::take_changed() {
  if (changed_next_ < changed_.size()) return changed_[changed_next_++];
  changed_.clear();  // keeps its memory
  changed_next_ = 0;
  return std::nullopt;
}

void ServiceTable::set_due(ServiceId id, TimePoint Dues::* due, TimePoint at) {
  state(id).dues.*due = at;
  renew_deadline(id);
}

void ServiceTable::renew_deadline(ServiceId id) {
  std::optional<TimePoint>& deadline = state(id).deadline;
  const TimePoint earliest = state(id).dues.earliest();
  if (earliest == kNever) {
    deadline.reset();
  } else if (deadline != earliest) {
    deadline = earliest;
    deadlines_.add(earliest, id);
  }
}

std::optional<TimePoint> ServiceTable::next_deadline() const {
  const auto entry = deadlines_.earliest([this](const Deadlines::Entry& candidate) {
    return state(candidate.service).deadline == candidate.at;
  });
  return entry ? std::optional(entry->at) : std::nullopt;
}

std::optional<ServiceId> ServiceTable::take_overdue(TimePoint now) {
  const auto deadline = next_deadline();
  if (!deadline || *deadline > now) return std::nullopt;
  const auto any = [](const Deadlines::Entry&) { return true; };
  const ServiceId id = deadlines_.earliest(any)->service;
  deadlines_.drop_first();
  state(id).deadline.reset();
  return id;
}

void ServiceTable::report(ReportKind kind, ServiceId id, Outbox& out, action::Report detail) const {
  detail.kind = kind;
  detail.ref = main_run(id);
  out.add(detail);
}

}  // namespace my_init::core
