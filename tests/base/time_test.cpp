#include "my_init/base/time.hpp"

#include <random>

#include "catch.hpp"

using namespace my_init;
using namespace std::chrono_literals;

namespace {

std::string error_of(std::string_view text) {
  const auto duration = parse_duration(text);
  return duration ? "no error" : duration.error().message;
}

}  // namespace

TEST_CASE("durations are read in every unit", "[base][time]") {
  CHECK(parse_duration("1h") == Duration(1h));
  CHECK(parse_duration("2m") == Duration(2min));
  CHECK(parse_duration("3s") == Duration(3s));
  CHECK(parse_duration("500ms") == Duration(500ms));
  CHECK(parse_duration("7us") == Duration(7us));
  CHECK(parse_duration("9ns") == Duration(9ns));
  CHECK(parse_duration("0") == Duration(0s));
  CHECK(parse_duration("0s") == Duration(0s));
}

TEST_CASE("parts of a duration add up", "[base][time]") {
  CHECK(parse_duration("1m30s") == Duration(90s));
  CHECK(parse_duration("1h5m30s20ms") == Duration(1h + 5min + 30s + 20ms));
  CHECK(parse_duration("1m1ms") == Duration(1min + 1ms));
}

TEST_CASE("fractions of a unit are exact to the nanosecond", "[base][time]") {
  CHECK(parse_duration("2.5s") == Duration(2500ms));
  CHECK(parse_duration(".5s") == Duration(500ms));
  CHECK(parse_duration("2.s") == Duration(2s));
  CHECK(parse_duration("0.1h") == Duration(6min));
  CHECK(parse_duration("0.000000001s") == Duration(1ns));
  CHECK(parse_duration("0.99999999999999999999999999h") == Duration(1h) - 1ns);
  CHECK(parse_duration("0.9ns") == Duration(0s));
}

TEST_CASE("a duration that does not fit is an error", "[base][time]") {
  CHECK(parse_duration("9223372036854775807ns") == Duration::max());
  for (const char* text : {"9223372036854775808ns", "99999999999999999999s", "2562048h",
                           "2562047h48m", "2562047h47m16.9s", "9223372036854775807.9us"}) {
    CAPTURE(text);
    CHECK(error_of(text) == "cannot read duration '" + std::string(text) + "': it is too long");
  }
}

TEST_CASE("the error of a duration says what would be right", "[base][time]") {
  const std::string expected = "expected numbers with units, such as '10s', '500ms' or '1m30s'";
  for (const char* text : {"", "s", ".s", "abc", " 1s", "+1s", "1s ", "1s-1s", "."}) {
    CAPTURE(text);
    CHECK(error_of(text) == "cannot read duration '" + std::string(text) + "': " + expected);
  }
  CHECK(error_of("10") == "cannot read duration '10': a unit is missing: h, m, s, ms, us or ns");
  CHECK(error_of("1m30") ==
        "cannot read duration '1m30': a unit is missing: h, m, s, ms, us or ns");
  CHECK(error_of("1d") ==
        "cannot read duration '1d': unknown unit, known are h, m, s, ms, us and ns");
  CHECK(error_of("1.2.3s") ==
        "cannot read duration '1.2.3s': unknown unit, known are h, m, s, ms, us and ns");
  CHECK(error_of("-1s") == "cannot read duration '-1s': it must not be negative");
}

TEST_CASE("durations are written as a person would", "[base][time]") {
  CHECK(format_duration(0s) == "0s");
  CHECK(format_duration(90s) == "1m30s");
  CHECK(format_duration(1h) == "1h");
  CHECK(format_duration(1h + 5s) == "1h5s");
  CHECK(format_duration(2500ms) == "2.5s");
  CHECK(format_duration(200ms) == "200ms");
  CHECK(format_duration(1500us) == "1.5ms");
  CHECK(format_duration(1001ns) == "1.001us");
  CHECK(format_duration(999ns) == "999ns");
  CHECK(format_duration(1s + 1ns) == "1.000000001s");
  CHECK(format_duration(-90s) == "-1m30s");
  CHECK(format_duration(Duration::max()) == "2562047h47m16.854775807s");
  CHECK(format_duration(Duration::min()) == "-2562047h47m16.854775808s");
}

TEST_CASE("a written duration is read back exactly", "[base][time]") {
  const auto seed = GENERATE(range(0U, 20U));
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    const Duration duration(static_cast<std::int64_t>(random() >> (1 + random() % 62)));
    CAPTURE(duration.count());
    CHECK(parse_duration(format_duration(duration)) == duration);
  }
}
