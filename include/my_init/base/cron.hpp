#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "my_init/base/result.hpp"

namespace my_init {

/// A whole minute as a wall clock shows it; of no zone.
using LocalMinute = std::chrono::local_time<std::chrono::minutes>;

/// A schedule of crontab(5): minute, hour, day of month, month, day of week. A value; the default
/// runs every minute. There is no schedule that never runs.
class Cron {
 public:
  Cron() = default;

  /// Reads five fields of `*`, numbers, names (jan, mon; any case), ranges, lists and steps, or a
  /// nickname: @yearly @annually @monthly @weekly @daily @midnight @hourly. 0 and 7 are Sunday, and
  /// a range of days may end with it. Errors name the field and say what would be right.
  [[nodiscard]] static Result<Cron> parse(std::string_view text);

  /// The first minute behind `after` that matches. When neither day of month nor day of week begins
  /// with `*`, a day matches by either of them, else by both.
  [[nodiscard]] LocalMinute next(LocalMinute after) const;

  /// Whether the hour is unrestricted: `*`, `*/1`, `0-23`.
  [[nodiscard]] bool every_hour() const;

  friend bool operator==(const Cron&, const Cron&) = default;

 private:
  [[nodiscard]] bool can_happen() const;
  [[nodiscard]] bool matches(std::chrono::year_month_day date, std::chrono::weekday weekday) const;
  [[nodiscard]] std::chrono::local_days day_from(std::chrono::local_days day) const;

  // Bit n stands for the number n of the field; 0 is Sunday.
  std::uint64_t minutes_ = (1ULL << 60) - 1;
  std::uint32_t hours_ = (1U << 24) - 1;
  std::uint32_t days_ = ~1U;
  std::uint16_t months_ = 0x1ffe;
  std::uint8_t weekdays_ = 0x7f;
  bool either_day_ = false;
};

}  // namespace my_init
