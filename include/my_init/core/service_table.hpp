#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "my_init/core/action.hpp"
#include "my_init/core/deadlines.hpp"
#include "my_init/core/graph.hpp"
#include "my_init/core/service_spec.hpp"
#include "my_init/core/service_state.hpp"

namespace my_init::core {

/// The definitions and states of all services, their deadlines, and what can be counted about them.
/// It decides nothing: Services does.
class ServiceTable {
 public:
  ServiceTable() = default;
  ServiceTable(std::vector<ServiceSpec> specs, TimePoint now);

  [[nodiscard]] std::size_t size() const { return states_.size(); }
  [[nodiscard]] const ServiceSpec& spec(ServiceId id) const { return specs_[index_of(id)]; }
  [[nodiscard]] ServiceState& state(ServiceId id) { return states_[index_of(id)]; }
  [[nodiscard]] const ServiceState& state(ServiceId id) const { return states_[index_of(id)]; }
  [[nodiscard]] const std::vector<ServiceSpec>& specs() const { return specs_; }
  [[nodiscard]] const std::vector<ServiceState>& states() const { return states_; }
  [[nodiscard]] const Graph& graph() const { return graph_; }

  // What the definitions are when they have been read again.
  /// The definition that will be in force: the next one where there is one.
  [[nodiscard]] const ServiceSpec& coming_spec(ServiceId id) const;
  /// The next definition of a service, or of the place behind all that exist.
  void set_next(ServiceId id, ServiceSpec spec);
  /// Connects all that are not to vanish by their coming definitions; those keep what they had.
  void connect();
  /// The next definition is in force.
  void use_next(ServiceId id);
  /// The service is gone; its place stays.
  void vacate(ServiceId id, TimePoint now);

  /// The service whose run this is, when it is the current one and lives.
  [[nodiscard]] ServiceState* current(const RunRef& ref);
  [[nodiscard]] RunRef main_run(ServiceId id) const;

  /// The only way to change a phase: keeps the counts, and the neighbours are looked at again.
  void enter(ServiceId id, Phase phase, TimePoint now);
  /// What its neighbours may wait for has changed within its phase.
  void touch(ServiceId id) { changed_.push_back(id); }
  /// The next of those that were touched or entered a phase; nothing when there is none left.
  [[nodiscard]] std::optional<ServiceId> take_changed();

  /// The only way to change a due, which moves the deadline.
  void set_due(ServiceId id, TimePoint Dues::* due, TimePoint at);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  /// The service with the earliest deadline, if that has passed. Its dues stay as they are.
  [[nodiscard]] std::optional<ServiceId> take_overdue(TimePoint now);
  void renew_deadline(ServiceId id);

  void report(ReportKind kind, ServiceId id, Outbox& out, action::Report detail = {}) const;

  [[nodiscard]] std::size_t live() const { return live_; }
  /// Those that are starting, and oneshots at work.
  [[nodiscard]] std::size_t busy() const { return busy_; }
  [[nodiscard]] std::size_t not_ended_for_good() const { return unended_; }
  [[nodiscard]] std::size_t enabled() const { return enabled_; }

 private:
  void count(ServiceId id, int by);
  void put(ServiceId id, ServiceSpec spec);

  std::vector<ServiceSpec> specs_;
  std::unordered_map<ServiceId, ServiceSpec> next_specs_;
  std::vector<ServiceState> states_;
  Graph graph_;
  mutable Deadlines deadlines_;  ///< mutable: asking drops stale entries
  std::vector<ServiceId> changed_;
  std::size_t changed_next_ = 0;
  std::size_t live_ = 0, busy_ = 0, unended_ = 0, enabled_ = 0;
};

}  // namespace my_init::core
