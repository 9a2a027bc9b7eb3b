#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "my_init/app/executor.hpp"
#include "my_init/app/programs.hpp"
#include "my_init/app/schedules.hpp"
#include "my_init/core/supervisor.hpp"
#include "my_init/protocol/service_status.hpp"

namespace my_init::app {

/// What can be seen of the services, for the control socket. Loop thread.
class Status {
 public:
  /// All references are borrowed and outlive it.
  Status(const Programs& programs, Executor& executor, const Schedules& schedules,
         const core::Supervisor& supervisor)
      : programs_(programs),
        executor_(executor),
        schedules_(schedules),
        supervisor_(supervisor),
        begun_(TimePoint::clock::now()) {}

  /// Remembers when each service was started and ready, and how it ended by itself.
  void note(const core::action::Report& report);
  /// An event that the core has not heard of yet: an end that was asked for is not reported.
  void note(const core::Event& event);
  /// The line that tells of a report: of a start or a health that has failed it is the reason,
  /// where the last exit status would only tell of our own signal or of the run before.
  void note_cause(const core::action::Report& report, std::string_view line);
  /// The service is gone: another one may get its place.
  void forget(std::uint32_t service);

  [[nodiscard]] std::size_t size() const { return supervisor_.snapshot().states->size(); }
  /// Whether the definitions have been read.
  [[nodiscard]] bool has_services() const {
    return supervisor_.snapshot().stage >= core::Stage::running;
  }
  [[nodiscard]] bool is_shutting_down() const {
    return supervisor_.snapshot().stage > core::Stage::running;
  }

  /// What tells one state of a service from another.
  struct Brief {
    core::Phase phase = core::Phase::waiting;
    core::Health health = core::Health::none;
    RunId run{};

    friend bool operator==(const Brief&, const Brief&) = default;
  };
  /// Its place is empty: the service is gone.
  [[nodiscard]] bool is_removed(std::uint32_t service) const {
    return brief(service).phase == core::Phase::removed;
  }
  [[nodiscard]] Brief brief(std::uint32_t service) const {
    const core::ServiceState& state = (*supervisor_.snapshot().states)[service];
    return {state.phase, state.health, state.run};
  }
  [[nodiscard]] protocol::ServiceStatus of(std::uint32_t service) const;

  /// Without strays, which cost a look at the process table.
  [[nodiscard]] protocol::ContainerStatus container() const;
  [[nodiscard]] std::vector<protocol::StrayStatus> strays() const;

 private:
  /// What has become of a service so far.
  struct Past {
    // Of the boot: milliseconds since `begun_`; -1: not yet.
    std::int32_t started = -1;
    std::int32_t ready = -1;
    // How long the last ones took, in milliseconds; -1: there was none.
    std::int32_t last_start = -1;
    std::int32_t last_stop = -1;
    protocol::ExitCounts exits;
  };

  [[nodiscard]] Past& past_of(std::uint32_t service);
  void add_runit(protocol::ServiceStatus& status, std::uint32_t service) const;
  [[nodiscard]] std::string why(const core::Snapshot& snapshot, std::uint32_t service) const;
  [[nodiscard]] std::string next(const core::Snapshot& snapshot, std::uint32_t service) const;

  const Programs& programs_;
  Executor& executor_;
  const Schedules& schedules_;
  const core::Supervisor& supervisor_;
  TimePoint begun_;
  std::vector<Past> pasts_;  ///< by service; those at the end may be missing
  std::unordered_map<std::uint32_t, std::string> causes_;  ///< by service, as clauses
};

}  // namespace my_init::app
