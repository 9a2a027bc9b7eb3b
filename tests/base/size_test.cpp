#include "my_init/base/size.hpp"

#include "catch.hpp"

using namespace my_init;

namespace {

std::string error_of(std::string_view text) {
  const auto size = parse_size(text);
  return size ? "no error" : size.error().message;
}

}  // namespace

TEST_CASE("sizes have units of powers of 1024 in either case", "[base][size]") {
  CHECK(parse_size("2048") == 2048U);
  CHECK(parse_size("0") == 0U);
  CHECK(parse_size("512b") == 512U);
  CHECK(parse_size("64k") == 64U << 10);
  CHECK(parse_size("64KB") == 64U << 10);
  CHECK(parse_size("10m") == 10U << 20);
  CHECK(parse_size("10Mb") == 10U << 20);
  CHECK(parse_size("1gb") == 1U << 30);
  CHECK(parse_size("3G") == std::uint64_t{3} << 30);
}

TEST_CASE("the largest size is read and the next one is an error", "[base][size]") {
  CHECK(parse_size("18446744073709551615") == 18446744073709551615U);
  CHECK(parse_size("17179869183g") == std::uint64_t{17179869183} << 30);
  CHECK(error_of("18446744073709551616") ==
        "cannot read size '18446744073709551616': it is too large");
  CHECK(error_of("17179869184g") == "cannot read size '17179869184g': it is too large");
}

TEST_CASE("the error of a size says what would be right", "[base][size]") {
  const std::string expected = "expected a whole number and a unit, such as '64k' or '10m'";
  for (const char* text : {"", "k", "-1", " 1", "+1", ".5g"}) {
    CAPTURE(text);
    CHECK(error_of(text) == "cannot read size '" + std::string(text) + "': " + expected);
  }
  CHECK(error_of("10x") == "cannot read size '10x': unknown unit 'x', known are b, k, m and g");
  CHECK(error_of("1.5g") == "cannot read size '1.5g': unknown unit '.5g', known are b, k, m and g");
  CHECK(error_of("1 k") == "cannot read size '1 k': unknown unit ' k', known are b, k, m and g");
}
