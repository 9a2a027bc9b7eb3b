#include "my_init/app/clock_plan.hpp"

#include "catch.hpp"

namespace my_init::app {
namespace {

using namespace std::chrono_literals;

/// 2026-01-31 12:00:00 UTC.
constexpr ClockPlan::WallTime kNoon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 12h};

ClockPlan plan(const char* expression) {
  return {Cron::parse(expression).value(), os::TimeZone(), kNoon};
}

}  // namespace

TEST_CASE("a plan is due at its time and not before", "[app][schedule]") {
  ClockPlan hourly = plan("30 * * * *");
  CHECK(hourly.next() == kNoon + 30min);
  CHECK_FALSE(hourly.take(kNoon + 29min));
  CHECK(hourly.take(kNoon + 30min));
  CHECK(hourly.next() == kNoon + 90min);
  CHECK_FALSE(hourly.take(kNoon + 30min));
}

TEST_CASE("a job starts when its time has come for time(2) too, which moves with a tick of 10 ms",
          "[app][schedule]") {
  const ClockPlan hourly = plan("30 * * * *");
  CHECK(hourly.wake_up() > hourly.next() + 10ms);
  CHECK(hourly.wake_up() <= hourly.next() + 50ms);
}

TEST_CASE("what a small step forward jumps over is due once", "[app][schedule]") {
  ClockPlan often = plan("*/5 * * * *");
  CHECK(often.take(kNoon + 2h));
  CHECK(often.next() == kNoon + 2h + 5min);
}

TEST_CASE("after a small step back nothing is due again", "[app][schedule]") {
  ClockPlan hourly = plan("30 * * * *");
  CHECK(hourly.take(kNoon + 30min));
  CHECK_FALSE(hourly.take(kNoon - 1h));
  CHECK(hourly.next() == kNoon + 90min);
}

TEST_CASE("V20 a clock that is set a year back or forth makes the plan anew", "[app][schedule]") {
  ClockPlan daily = plan("0 3 * * *");
  const auto year = std::chrono::days{365};
  CHECK_FALSE(daily.take(kNoon + year));
  CHECK(daily.next() == kNoon + year + 15h);
  CHECK_FALSE(daily.take(kNoon - year));
  CHECK(daily.next() == kNoon - year + 15h);
  CHECK(daily.take(kNoon - year + 15h));
}

TEST_CASE("a container that was paused over its time runs late rather than never",
          "[app][schedule]") {
  ClockPlan daily = plan("0 13 * * *");
  CHECK(daily.take(kNoon + 3h));
  CHECK_FALSE(daily.take(kNoon + std::chrono::days{1} + 5h));
}

}  // namespace my_init::app
