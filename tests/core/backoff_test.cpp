#include "my_init/core/backoff.hpp"

#include <algorithm>

#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

TEST_CASE("V1 the back-off row grows by its factor up to its maximum", "[core][backoff]") {
  const Backoff backoff{.initial = 500ms, .factor = 2, .max = 4s, .jitter = 0};
  Random random(1);
  const std::vector<Duration> expected{500ms, 1s, 2s, 4s, 4s, 4s};
  for (std::uint32_t step = 0; step < expected.size(); ++step)
    CHECK(backoff_delay(backoff, step, random) == expected[step]);
  CHECK(backoff_delay(backoff, 4'000'000'000U, random) == 4s);
}

TEST_CASE("a maximum below the initial delay does not shorten it", "[core][backoff]") {
  Random random(1);
  CHECK(backoff_delay({.initial = 5s, .factor = 2, .max = 1s, .jitter = 0}, 3, random) == 5s);
}

TEST_CASE("an initial delay of zero restarts at once, always", "[core][backoff]") {
  Random random(1);
  for (const std::uint32_t step : {0U, 1U, 1000U})
    CHECK(backoff_delay({.initial = 0s}, step, random) == 0s);
}

TEST_CASE("jitter moves a delay by at most its share, both ways", "[core][backoff]") {
  Random random(42);
  Duration least = 10s;
  Duration most = 0s;
  for (int round = 0; round < 10000; ++round) {
    const Duration delay =
        backoff_delay({.initial = 1s, .factor = 1, .max = 1s, .jitter = 0.1}, 0, random);
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  CHECK(least >= 900ms);
  CHECK(least < 902ms);
  CHECK(most <= 1100ms);
  CHECK(most > 1098ms);
}

TEST_CASE("a jitter above one never makes a delay negative", "[core][backoff]") {
  Random random(7);
  for (int round = 0; round < 1000; ++round)
    CHECK(backoff_delay({.initial = 1s, .factor = 1, .max = 1s, .jitter = 3}, 0, random) >= 0s);
}

TEST_CASE("equal seeds give equal randomness", "[core][backoff]") {
  Random one(12);
  Random other(12);
  for (int round = 0; round < 100; ++round) CHECK(one.symmetric() == other.symmetric());
}

TEST_CASE("a restart limit forgets what is as old as its window", "[core][backoff]") {
  const RestartLimit limit{.count = 2, .window = 10s};
  RestartHistory history;
  const TimePoint start{1h};
  CHECK(history.allow(limit, start));
  CHECK(history.allow(limit, start + 1s));
  CHECK_FALSE(history.allow(limit, start + 10s - 1ns));
  CHECK(history.allow(limit, start + 10s));
  CHECK_FALSE(history.allow(limit, start + 10s));
  history.clear();
  CHECK(history.allow(limit, start + 10s));
}

TEST_CASE("a restart limit of zero is none", "[core][backoff]") {
  RestartHistory history;
  for (int restart = 0; restart < 1000; ++restart) CHECK(history.allow({}, TimePoint{}));
}
