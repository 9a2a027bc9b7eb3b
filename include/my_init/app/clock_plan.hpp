#pragma once

#include <chrono>

#include "my_init/base/cron.hpp"
#include "my_init/os/time_zone.hpp"

namespace my_init::app {

/// When a cron expression is due, on a wall clock that somebody may set.
class ClockPlan {
 public:
  using WallTime = std::chrono::sys_seconds;

  ClockPlan(const Cron& cron, const os::TimeZone& zone, WallTime now);

  /// Whether it is due, now that the clock shows `now`; and plans the next time. Call it at
  /// wake_up(), and whenever the clock was set. A step of less than three hours is a correction, as
  /// in cron(8): what was jumped over is due once, what was due is not so again. After a larger
  /// step the plan is made anew.
  [[nodiscard]] bool take(WallTime now);

  [[nodiscard]] WallTime next() const { return next_; }

  /// A little after next(): what time(2) reads moves with the kernel's ticks, so that a program
  /// that is started right at the full second may see the one before; at midnight that is
  /// yesterday.
  [[nodiscard]] std::chrono::sys_time<std::chrono::milliseconds> wake_up() const;

 private:
  Cron cron_;
  os::TimeZone zone_;
  WallTime done_;  ///< up to here everything was due that had to be
  WallTime next_;
};

}  // namespace my_init::app
