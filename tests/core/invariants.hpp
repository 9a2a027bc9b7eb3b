#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "my_init/core/action.hpp"
#include "my_init/core/event.hpp"
#include "my_init/core/supervisor.hpp"

namespace my_init::core {

/// A process that the simulated container started, as it is and as the core has been told.
struct Run {
  RunRef ref;
  bool alive = true;    ///< the main process
  bool others = false;  ///< the rest of its group
  bool told_to_stop = false, told_to_die = false;
  bool end_known = false, others_known_gone = true;  ///< what the core has been told
};

/// The invariants of ARCHITECTURE.md, held to what the core does and shows. A violation is a failed
/// check of the running test.
class Invariants {
 public:
  Invariants(const std::vector<ServiceSpec>& specs, const Settings& settings);

  /// Before the core gets an event.
  void expect(const Event& event, const Supervisor& supervisor, TimePoint now);
  /// For each of its actions, before it is carried out.
  void check(const Action& action, const std::vector<Run>& runs, const Supervisor& supervisor,
             TimePoint now);
  /// After the event.
  void check(const std::vector<Run>& runs, const Supervisor& supervisor, TimePoint now);

 private:
  void on_replaced(const event::ConfigReplaced& event);
  void connect();
  void on_definition(const Action& action);
  void on_spawn(const action::Spawn& spawn, const std::vector<Run>& runs,
                const Supervisor& supervisor);
  void on_signal(const action::Signal& signal, const std::vector<Run>& runs,
                 const Supervisor& supervisor);
  void on_finish(const std::vector<Run>& runs, TimePoint now);
  void on_restart(std::uint32_t service, TimePoint now);
  void check_phase(std::uint32_t service, const ServiceState& state);
  void check_progress(const Supervisor& supervisor);
  void require(bool holds, const char* rule, std::uint32_t service = 0) const;

  enum class Hold : std::uint8_t { met, pending, impossible };
  [[nodiscard]] Hold hold(const Dependency& dependency,
                          const std::vector<ServiceState>& states) const;
  [[nodiscard]] bool allows_start(const Dependency& dependency,
                                  const std::vector<ServiceState>& states) const;
  [[nodiscard]] bool held_until_now(const Dependency& dependency) const;
  [[nodiscard]] static bool going_down(Stage stage);

  std::vector<ServiceSpec> specs_;
  std::map<std::uint32_t, ServiceSpec> next_specs_;
  std::vector<bool> vanishing_;
  std::vector<std::vector<std::uint32_t>> depends_on_, dependents_;
  Settings settings_;
  std::vector<ServiceState> states_before_;
  std::optional<std::set<std::uint32_t>> told_;  ///< whom the time that passes has changed so far
  std::vector<std::vector<TimePoint>> restarts_;
  std::optional<TimePoint> shutdown_at_;
  bool retry_of_spawn_ = false, forced_ = false, given_up_ = false, finished_ = false;
  bool main_started_ = false, end_decided_ = false;
  bool overslept_ = false;  ///< the core was not woken in time, so it could not keep to any time
  bool given_up_hook_ = false;
  std::vector<RunId> stuck_;
};

}  // namespace my_init::core
