#include "my_init/os/next_run.hpp"

#include <optional>

namespace my_init::os {
namespace {

using namespace std::chrono;

/// From one change of the offset to the next, local time is real time.
sys_seconds next_in_real_time(const Cron& cron, const TimeZone& zone, sys_seconds after) {
  sys_seconds from = after + seconds(1);
  for (;;) {
    const local_seconds local = zone.to_local(from);
    const sys_seconds time = from + (cron.next(ceil<minutes>(local) - minutes(1)) - local);
    const std::optional<sys_seconds> change = zone.next_change(from);
    if (!change || time < *change) return time;
    from = *change;
  }
}

/// A later local time never has an earlier first moment, so none before that of `after` counts.
sys_seconds next_once(const Cron& cron, const TimeZone& zone, sys_seconds after) {
  LocalMinute local = floor<minutes>(zone.to_local(after));
  for (;;) {
    local = cron.next(local);
    const sys_seconds time = zone.to_sys(local).first;
    if (time > after) return time;
  }
}

}  // namespace

sys_seconds next_run(const Cron& cron, const TimeZone& zone, sys_seconds after) {
  return cron.every_hour() ? next_in_real_time(cron, zone, after) : next_once(cron, zone, after);
}

}  // namespace my_init::os
