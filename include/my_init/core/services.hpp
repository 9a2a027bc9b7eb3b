#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "my_init/core/action.hpp"
#include "my_init/core/backoff.hpp"
#include "my_init/core/budget.hpp"
#include "my_init/core/event.hpp"
#include "my_init/core/service_table.hpp"

namespace my_init::core {

/// All services: one state machine each, and the rules between them, run until nothing changes.
/// Part of the Supervisor. Its files: services.cpp, service_{start,stop,end,...}.cpp.
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
  void handle(const event::Ready& event, TimePoint now, Outbox& out);
  void handle(const event::DaemonFound& event, TimePoint now, Outbox& out);
  void handle(const event::SignOfLife& event, TimePoint now, Outbox& out);
  void handle(const event::WatchdogTriggered& event, TimePoint now, Outbox& out);
  void handle(const event::WatchdogChanged& event, TimePoint now, Outbox& out);
  void handle(const event::TimeoutExtended& event, TimePoint now, Outbox& out);
  void handle(const event::StartRequested& event, TimePoint now, Outbox& out);
  void handle(const event::StopRequested& event, TimePoint now, Outbox& out);
  void handle(const event::RestartRequested& event, TimePoint now, Outbox& out);
  void handle(const event::ReloadRequested& event, TimePoint now, Outbox& out);
  void handle(const event::ConfigReplaced& event, TimePoint now, Outbox& out);
  void handle(const event::ScheduleDue& event, TimePoint now, Outbox& out);
  void advance(TimePoint now, Outbox& out);
  [[nodiscard]] const ServiceTable& table() const { return table_; }

  /// Nothing is starting, and no oneshot is at work: a main command may begin.
  [[nodiscard]] bool settled() const { return table_.busy() == 0; }
  /// No process of any service is left.
  [[nodiscard]] bool at_rest() const { return table_.live() == 0 && probes_ == 0; }
  /// Every service that is enabled has ended for good, and there is one.
  [[nodiscard]] bool all_ended() const { return table_.not_ended_for_good() == 0 && any_enabled(); }
  [[nodiscard]] bool any_enabled() const { return table_.enabled() > 0; }
  /// Exit code of the first service that failed; 0 when none did.
  [[nodiscard]] int first_failure() const { return first_failure_; }
  /// The exit code with which an essential service, or a restart limit, ends the container.
  [[nodiscard]] std::optional<int> wants_shutdown() const { return wants_shutdown_; }

 private:
  using Then = ServiceState::Then;
  enum class Mode : std::uint8_t { up, frozen, down, forced };

  void take_dues(ServiceId id, TimePoint now, Outbox& out);
  void settle(TimePoint now, Outbox& out);
  void stop_if_free(ServiceId id, TimePoint now, Outbox& out);
  void stop_for_change(ServiceId id, TimePoint now, Outbox& out);

  // start
  void try_start(ServiceId id, TimePoint now, Outbox& out);
  void begin_start(ServiceId id, TimePoint now, Outbox& out);
  void spawn(ServiceId id, TimePoint now, Outbox& out);
  void fail_start(ServiceId id, TimePoint now, Outbox& out);
  void is_executed(ServiceId id, TimePoint now, Outbox& out);
  void main_is_there(ServiceId id, TimePoint now, Outbox& out);
  void become_ready(ServiceId id, TimePoint now, Outbox& out);
  void run(ServiceId id, TimePoint now, Outbox& out);
  void not_ready_in_time(ServiceId id, TimePoint now, Outbox& out);

  // stop
  void begin_stop(ServiceId id, Then then, TimePoint now, Outbox& out);
  void hasten_stop(ServiceId id, TimePoint now);
  void go_on_stopping(ServiceId id, TimePoint now, Outbox& out);
  void send_stop_signal(ServiceId id, TimePoint now, Outbox& out);
  Duration await_end(ServiceId id, TimePoint now);
  void sweep(ServiceId id, TimePoint now, Outbox& out);
  void kill(ServiceId id, ReportKind why, TimePoint now, Outbox& out);
  void give_up(ServiceId id, TimePoint now, Outbox& out);
  void phase_is_over(ServiceId id, TimePoint now, Outbox& out);
  [[nodiscard]] Duration stop_allowance(ServiceId id, TimePoint now) const;
  [[nodiscard]] Duration step_allowance(ServiceId id, TimePoint now) const;

  // change
  void announce(const event::DefinitionChange& change);
  void begin_change(ServiceId id, TimePoint now, Outbox& out);
  void change_at_rest(ServiceId id, TimePoint now, Outbox& out);
  void change_after_run(ServiceId id, Outbox& out);
  void take_up(ServiceId id, Outbox& out);
  void take_up_if_safe(ServiceId id, TimePoint now, Outbox& out);
  void vanish_if_gone(ServiceId id, TimePoint now, Outbox& out);

  // end
  void seek_daemon(ServiceId id, event::Leftovers leftovers, TimePoint now, Outbox& out);
  void main_ended(ServiceId id, event::Leftovers leftovers, TimePoint now, Outbox& out);
  void run_ended(ServiceId id, TimePoint now, Outbox& out);
  void rest(ServiceId id, Phase phase, TimePoint now, Outbox& out);
  /// What the end of a run by itself leads to, by restart policy, limit and back-off.
  [[nodiscard]] Then judge_exit(ServiceId id, bool success, TimePoint now, Outbox& out);
  [[nodiscard]] Then restart_within_limit(ServiceId id, TimePoint now, Outbox& out);
  void plan_retry(ServiceId id, TimePoint now, Outbox& out);
  void plan_start(ServiceId id, Duration delay, TimePoint now, Outbox& out);
  /// The exit code of the failure behind `skipped`; nothing when a request is behind it.
  [[nodiscard]] std::optional<int> failure_behind(ServiceId id) const;
  void run_hook(ServiceId id, SubjectKind kind, std::uint16_t part, TimePoint until, Outbox& out);
  void hook_ended(const RunRef& hook, std::optional<ExitStatus> status, event::Retry retry,
                  TimePoint now, Outbox& out);
  void start_hook_ended(ServiceId id, const RunRef& hook, bool succeeded, TimePoint now,
                        Outbox& out);
  void hook_timed_out(ServiceId id, TimePoint now, Outbox& out);
  void end_hook(ServiceId id, int signo, Outbox& out);

  // health
  void watch(ServiceId id, TimePoint now);
  void stop_watching(ServiceId id, TimePoint now, Outbox& out);
  void start_probe(ServiceId id, SubjectKind kind, TimePoint until, Outbox& out);
  void end_probe(ServiceId id, TimePoint now, Outbox& out);
  void probe_is_due(ServiceId id, TimePoint now, Outbox& out);
  void probe_ended(const RunRef& probe, std::optional<bool> success, TimePoint now, Outbox& out);
  [[nodiscard]] action::Report with_probe(ServiceId id, action::Report report) const;
  void begin_probing(ServiceId id, TimePoint now);
  void plan_probe(ServiceId id, TimePoint now);
  void take_probe_result(ServiceId id, bool success, TimePoint now, Outbox& out);
  void become_healthy(ServiceId id, Outbox& out);
  void become_unhealthy(ServiceId id, action::Report report, TimePoint now, Outbox& out);
  void watchdog_is_due(ServiceId id, TimePoint now, Outbox& out);
  [[nodiscard]] bool takes_requests(ServiceId id) const;
  void forget_failures(ServiceId id);
  void overlap(ServiceId id, TimePoint now, Outbox& out);

  ServiceTable table_;
  std::vector<RestartHistory> histories_;
  Mode mode_ = Mode::up;
  ShutdownBudget budget_;            ///< of mode down
  std::vector<ServiceId> heaviest_;  ///< of mode down with a budget, see heaviest_dependencies()
  Random random_;
  std::size_t probes_ = 0;  ///< alive
  int first_failure_ = 0;
  std::optional<int> wants_shutdown_;
};

}  // namespace my_init::core
