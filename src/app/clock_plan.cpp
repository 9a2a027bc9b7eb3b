#include "my_init/app/clock_plan.hpp"

#include <algorithm>

#include "my_init/os/next_run.hpp"

namespace my_init::app {
namespace {

constexpr std::chrono::hours kCorrection{3};
constexpr std::chrono::milliseconds kTick{10};  // of a kernel at 100 Hz, the slowest

}  // namespace

ClockPlan::ClockPlan(const Cron& cron, const os::TimeZone& zone, WallTime now)
    : cron_(cron), zone_(zone), done_(now), next_(os::next_run(cron, zone, now)) {}

std::chrono::sys_time<std::chrono::milliseconds> ClockPlan::wake_up() const {
  return next_ + 2 * kTick;
}

bool ClockPlan::take(WallTime now) {
  const bool is_over = now >= next_;
  const bool is_due = is_over && now - next_ < kCorrection;
  const bool was_set_back_far = now < done_ - kCorrection;
  done_ = was_set_back_far ? now : std::max(done_, now);
  next_ = os::next_run(cron_, zone_, done_);
  return is_due;
}

}  // namespace my_init::app
