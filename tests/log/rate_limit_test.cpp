#include "my_init/log/rate_limit.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using my_init::log::RateLimit;

TEST_CASE("so many lines pass in a second", "[log][rate_limit]") {
  RateLimit limit(10);
  const RateLimit::Now begin{100s};
  CHECK(limit.grant(4, begin) == 4);
  CHECK(limit.grant(4, begin + 500ms) == 4);
  CHECK(limit.grant(4, begin + 999ms) == 2);
  CHECK(limit.grant(4, begin + 999ms) == 0);
  CHECK(limit.grant(40, begin + 1s) == 10);
}

TEST_CASE("zero lines a second is no limit", "[log][rate_limit]") {
  CHECK_FALSE(RateLimit(0).is_set());
  CHECK(RateLimit(1).is_set());
}
