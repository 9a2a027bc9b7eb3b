#include "my_init/core/deadlines.hpp"

#include <algorithm>
#include <random>

#include "catch.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

TEST_CASE("the earliest of random deadlines comes first", "[core][deadlines]") {
  const auto seed = GENERATE(range(0U, 20U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::vector<TimePoint> times(100);
  Deadlines deadlines;
  for (TimePoint& time : times) {
    time = TimePoint{std::chrono::seconds(random() % 50)};
    deadlines.add(time, ServiceId{});
  }
  std::ranges::sort(times);
  for (const TimePoint time : times) {
    const auto first = deadlines.earliest([](const auto&) { return true; });
    REQUIRE(first);
    CHECK(first->at == time);
    deadlines.drop_first();
  }
  CHECK_FALSE(deadlines.earliest([](const auto&) { return true; }));
}

TEST_CASE("deadlines that no longer hold are dropped on the way", "[core][deadlines]") {
  Deadlines deadlines;
  for (std::uint32_t i = 0; i < 5; ++i)
    deadlines.add(TimePoint{std::chrono::seconds(i)}, ServiceId{i});
  const auto holds = [](const Deadlines::Entry& entry) { return entry.service == ServiceId{3}; };
  CHECK(deadlines.earliest(holds)->at == TimePoint{3s});
  CHECK(deadlines.earliest([](const auto&) { return true; })->at == TimePoint{3s});
  CHECK_FALSE(deadlines.earliest([](const auto&) { return false; }));
}
