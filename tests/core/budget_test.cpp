#include "my_init/core/budget.hpp"

#include <random>

#include "catch.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

TEST_CASE("everyone gets what he wants when there is enough", "[core][budget]") {
  CHECK(fair_share({3s, 2s, 1s}, 6s) == 3s);
  CHECK(fair_share({3s}, 1h) == 3s);
}

TEST_CASE("S8 a long wish cannot take what a short one needs", "[core][budget]") {
  CHECK(fair_share({60s, 2s}, 8s) == 6s);
  CHECK(fair_share({2s, 60s}, 8s) == 2s);
  CHECK(fair_share({60s, 60s, 2s}, 8s) == 3s);
  CHECK(fair_share({60s, 60s}, 8s) == 4s);
}

TEST_CASE("nothing available means nothing for anyone", "[core][budget]") {
  CHECK(fair_share({5s, 1s}, 0s) == 0s);
  CHECK(fair_share({5s, 1s}, -3s) == 0s);
  CHECK(fair_share({}, 5s) == 0s);
}

TEST_CASE("shares that are used up one after another stay within the whole", "[core][budget]") {
  const auto seed = GENERATE(range(0U, 50U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::vector<Duration> wants(1 + random() % 10);
  for (Duration& want : wants) want = std::chrono::milliseconds(random() % 10000);
  const Duration available = std::chrono::milliseconds(random() % 20000);
  Duration left = available;
  while (!wants.empty()) {
    const Duration share = fair_share(wants, left);
    CHECK(share >= 0s);
    CHECK(share <= wants.front());
    left -= share;
    wants.erase(wants.begin());
  }
  CHECK(left >= 0s);
}

TEST_CASE("a budget without an end gives what is wanted", "[core][budget]") {
  const ShutdownBudget budget;
  CHECK(budget.share({60s, 60s}, TimePoint{5s}) == 60s);
  CHECK(budget.share({}, TimePoint{5s}) == 0s);
}

TEST_CASE("a budget keeps its reserve and what follows", "[core][budget]") {
  const ShutdownBudget budget{.end = TimePoint{10s}, .reserve = 1s, .afterwards = {3s}};
  CHECK(budget.share({60s}, TimePoint{}) == 6s);
  CHECK(budget.share({60s}, TimePoint{5s}) == 2s);
  CHECK(budget.share({60s}, TimePoint{20s}) == 0s);
  CHECK(budget.share({}, TimePoint{}) == 0s);
}
