#pragma once

#include <chrono>

#include "my_init/base/cron.hpp"
#include "my_init/os/time_zone.hpp"

namespace my_init::os {

/// The first moment behind `after` at which a job of this schedule runs, in the time of this zone.
/// There always is one. Where the clock is put forward or back:
///
/// * a schedule of every hour follows real time: it runs whenever the clock shows a matching time,
///   so in both passes of a repeated hour, and nothing is made up for in a skipped one;
/// * one with chosen hours runs once for each of its times: a time that the clock skips runs at the
///   first moment behind the gap (several together, once), a time that comes twice runs at the
///   first.
///
/// So a daily job runs every day, as with cronie.
[[nodiscard]] std::chrono::sys_seconds next_run(const Cron& cron, const TimeZone& zone,
                                                std::chrono::sys_seconds after);

}  // namespace my_init::os
