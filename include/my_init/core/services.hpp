#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "my_init/core/action.hpp"
#include "my_init/core/backoff.hpp"
#include "my_init/core/budget.hpp"
#include "my_init/core/deadlines.hpp"
#include "my_init/core/event.hpp"
#include "my_init/core/graph.hpp"
#include "my_init/core/phase.hpp"
#include "my_init/core/service_spec.hpp"

namespace my_init::core {

/// What is known about one service besides its definition. A value; Services changes it.
struct ServiceState {
  Phase phase = Phase::waiting;
  bool wanted = false;      ///< desired state; `phase` is the actual one
  bool main_alive = false;  ///< a run exists whose main process has not ended
  bool killed = false;      ///< SIGKILL was sent to this run
  /// What follows when the run, with all its leftovers, is gone.
  enum class Then : std::uint8_t { rest_stopped, start_again, resume, complete, fail };
  Then then = Then::resume;
  RunId run{};
  TimePoint since;                    ///< of the phase
  TimePoint started_at;               ///< of the run
  TimePoint resume_at;                ///< not before this, with Then::resume
  std::optional<TimePoint> deadline;  ///< the only one
  std::uint32_t step = 0;             ///< in the row of back-off delays
  std::uint32_t spawn_retries = 0;    ///< starts in a row that the machine refused for now
  std::uint32_t restarts = 0;
  std::optional<ExitStatus> last_exit;
  int last_code = 0;   ///< exit code of the last end, 126 and 127 for one that never ran
  ServiceId blamed{};  ///< the dependency that is waited for or that caused `skipped`
};

/// All services: one state machine each, and the rules between them, run until nothing changes.
/// Part of the Supervisor; no clock, no system call.
class Services {
 public:
  Services() : random_(1) {}
  Services(std::vector<ServiceSpec> specs, std::uint64_t seed, TimePoint now);

  void start_all(TimePoint now, Outbox& out);
  /// From now on nothing is started any more; what runs goes on.
  void freeze(TimePoint now, Outbox& out);
  void stop_all(const ShutdownBudget& budget, TimePoint now, Outbox& out);
  void kill_all(TimePoint now, Outbox& out);

  void handle(const event::Started& event, TimePoint now, Outbox& out);
  void handle(const event::SpawnFailed& event, TimePoint now, Outbox& out);
  void handle(const event::Exited& event, TimePoint now, Outbox& out);
  void handle(const event::LeftoversGone& event, TimePoint now, Outbox& out);
  void handle(const event::StartRequested& event, TimePoint now, Outbox& out);
  void handle(const event::StopRequested& event, TimePoint now, Outbox& out);
  void handle(const event::RestartRequested& event, TimePoint now, Outbox& out);
  void advance(TimePoint now, Outbox& out);

  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] const std::vector<ServiceSpec>& specs() const { return specs_; }
  [[nodiscard]] const std::vector<ServiceState>& states() const { return states_; }
  [[nodiscard]] const Graph& graph() const { return graph_; }

  /// Every start-up has come to a point where a main command may begin: nothing is starting, and no
  /// oneshot is at work.
  [[nodiscard]] bool settled() const { return busy_ == 0; }
  /// No process of any service is left.
  [[nodiscard]] bool at_rest() const { return live_ == 0; }
  /// Every service that is enabled has ended for good, and there is one.
  [[nodiscard]] bool all_ended() const { return unended_ == 0 && enabled_ > 0; }
  [[nodiscard]] bool any_enabled() const { return enabled_ > 0; }
  /// The grace periods along the chain of live services that takes longest to stop, first to last.
  [[nodiscard]] std::vector<Duration> longest_chain() const;
  /// Exit code of the first service that failed; 0 when none did.
  [[nodiscard]] int first_failure() const { return first_failure_; }
  /// The exit code with which an essential service, or a restart limit, ends the container.
  [[nodiscard]] std::optional<int> wants_shutdown() const { return wants_shutdown_; }

 private:
  using Then = ServiceState::Then;

  [[nodiscard]] ServiceState* current(const RunRef& ref);
  void enter(ServiceId id, Phase phase, TimePoint now);
  void count(ServiceId id, int by);
  void set_deadline(ServiceId id, TimePoint at);
  void report(ReportKind kind, ServiceId id, Outbox& out, action::Report detail = {}) const;

  void try_start(ServiceId id, TimePoint now, Outbox& out);
  void spawn(ServiceId id, TimePoint now, Outbox& out);
  void begin_stop(ServiceId id, Then then, TimePoint now, Outbox& out);
  void kill(ServiceId id, ReportKind why, TimePoint now, Outbox& out);
  void main_ended(ServiceId id, event::Leftovers leftovers, TimePoint now, Outbox& out);
  void run_ended(ServiceId id, TimePoint now, Outbox& out);
  void rest(ServiceId id, Phase phase, TimePoint now, Outbox& out);
  void deadline_passed(ServiceId id, TimePoint now, Outbox& out);

  /// What the end of a run by itself leads to, by restart policy, limit and back-off.
  [[nodiscard]] Then judge_exit(ServiceId id, bool success, TimePoint now, Outbox& out);
  void plan_retry(ServiceId id, TimePoint now, Outbox& out);
  void plan_start(ServiceId id, Duration delay, TimePoint now, Outbox& out);
  void forget_failures(ServiceId id);
  /// The exit code of the failure behind `skipped`; nothing when a request is behind it.
  [[nodiscard]] std::optional<int> failure_behind(ServiceId id) const;

  void settle(TimePoint now, Outbox& out);
  void stop_if_free(ServiceId id, TimePoint now, Outbox& out);
  /// Per service the live dependency whose chain of graces is the longest; itself where there is
  /// none.
  [[nodiscard]] std::vector<ServiceId> heaviest_dependencies() const;
  [[nodiscard]] std::vector<Duration> chain_from(ServiceId id,
                                                 const std::vector<ServiceId>& heaviest) const;
  [[nodiscard]] Duration stop_allowance(ServiceId id, TimePoint now) const;

  std::vector<ServiceSpec> specs_;
  std::vector<ServiceState> states_;
  std::vector<RestartHistory> histories_;
  Graph graph_;
  mutable Deadlines deadlines_;     ///< mutable: asking drops stale entries
  std::vector<ServiceId> changed_;  ///< services whose neighbours must be looked at again
  enum class Mode : std::uint8_t { up, frozen, down };
  Mode mode_ = Mode::up;
  ShutdownBudget budget_;            ///< of mode down
  std::vector<ServiceId> heaviest_;  ///< of mode down with a budget, see heaviest_dependencies()
  Random random_;
  std::size_t live_ = 0, busy_ = 0, unended_ = 0, enabled_ = 0;
  int first_failure_ = 0;
  std::optional<int> wants_shutdown_;
};

}  // namespace my_init::core
