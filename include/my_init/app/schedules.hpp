#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "my_init/app/clock_plan.hpp"
#include "my_init/app/inbox.hpp"
#include "my_init/app/programs.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/log/own_log.hpp"
#include "my_init/os/event_loop.hpp"

namespace my_init::app {

/// Pushes event::ScheduleDue when a scheduled service is due.
///
/// `every` counts on CLOCK_MONOTONIC, from start to start; the first time one interval after the
/// boot. After a pause of the container it is due once, not once for each interval.
///
/// A cron expression follows the wall clock of its time zone (os/next_run.hpp has the rule for
/// daylight saving). When that clock is set by less than three hours, nothing is missed and nothing
/// doubled: what was jumped over runs once, what has run does not run again. When it is set by
/// more, the plan is made anew from there. Loop thread.
class Schedules {
 public:
  /// All references are borrowed and outlive it.
  Schedules(os::EventLoop& loop, Inbox& inbox, log::OwnLog& log, const Programs& programs)
      : loop_(loop), inbox_(inbox), log_(log), programs_(programs) {}
  ~Schedules();
  Schedules(const Schedules&) = delete;
  Schedules& operator=(const Schedules&) = delete;

  /// Begins with the schedules of all services.
  void begin();

  /// The schedule of one service has begun, changed or ended; the others keep their times.
  void replace(std::uint32_t service, const std::optional<config::Schedule>& before);
  /// The service is gone.
  void forget(std::uint32_t service);

  /// When the service is due next: "2026-01-31T23:59:00Z", "in 42s"; empty when it has no schedule.
  [[nodiscard]] std::string next_of(std::uint32_t service) const;

 private:
  struct ByClock {
    std::uint32_t service = 0;
    ClockPlan plan;
  };
  struct ByInterval {
    std::uint32_t service = 0;
    Duration every{};
    TimePoint next;
  };

  void add(std::uint32_t service, const config::Schedule& schedule);
  void plan();
  void look_at_clock();
  void look_at_intervals();
  [[nodiscard]] bool plan_by_clock();
  void plan_by_interval();
  [[nodiscard]] UniqueFd make_timer(int clock, void (Schedules::*look)());

  os::EventLoop& loop_;
  Inbox& inbox_;
  log::OwnLog& log_;
  const Programs& programs_;
  std::vector<ByClock> by_clock_;
  std::vector<ByInterval> by_interval_;
  UniqueFd clock_timer_;
  UniqueFd interval_timer_;
};

}  // namespace my_init::app
