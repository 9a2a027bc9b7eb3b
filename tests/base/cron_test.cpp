#include "my_init/base/cron.hpp"

#include <fmt/format.h>

#include <string>

#include "catch.hpp"

using namespace my_init;
using namespace std::chrono_literals;

namespace {

/// Minutes of 2024 unless another year is said: 1 January is a Monday, and there is a 29 February.
LocalMinute at(unsigned month, unsigned day, int hour = 0, int minute = 0, int year = 2024) {
  const std::chrono::local_days date(std::chrono::year(year) / static_cast<int>(month) /
                                     static_cast<int>(day));
  return date + std::chrono::hours(hour) + std::chrono::minutes(minute);
}

Cron cron(std::string_view text) {
  CAPTURE(text);
  const auto read = Cron::parse(text);
  REQUIRE((read ? "" : read.error().message) == "");
  return *read;
}

LocalMinute next(std::string_view text, LocalMinute after) {
  return cron(text).next(after);
}

/// The part of the error behind "cannot read schedule '...': ".
std::string error_of(std::string_view text) {
  const auto read = Cron::parse(text);
  if (read) return "no error";
  const std::string begin = fmt::format("cannot read schedule '{}': ", text);
  CHECK(read.error().message.starts_with(begin));
  return read.error().message.substr(begin.size());
}

}  // namespace

TEST_CASE("a schedule of five stars runs every minute", "[base][cron]") {
  CHECK(cron("* * * * *") == Cron());
  CHECK(next("* * * * *", at(1, 1, 10, 0)) == at(1, 1, 10, 1));
  CHECK(next("* * * * *", at(2, 28, 23, 59)) == at(2, 29));
  CHECK(next("* * * * *", at(12, 31, 23, 59)) == at(1, 1, 0, 0, 2025));
}

TEST_CASE("fields of a schedule are numbers, lists, ranges and steps", "[base][cron]") {
  CHECK(next("7 4 3 2 *", at(1, 1)) == at(2, 3, 4, 7));
  CHECK(cron("*/20 * * * *") == cron("0,20,40 * * * *"));
  CHECK(cron("10-40/15 * * * *") == cron("10,25,40 * * * *"));
  CHECK(cron("5,1-3,2,50-59/9 * * * *") == cron("1,2,3,5,50,59 * * * *"));
  CHECK(cron("0 0-23 * 1-12 *") == cron("0 * * * *"));
  CHECK(cron("*/60 */24 * * *") == cron("0 0 * * *"));
  CHECK(cron("\t00  08 1 1 * ") == cron("0 8 1 1 *"));
  CHECK(cron("0 8 1 1 *") != cron("0 9 1 1 *"));
}

TEST_CASE("months and days of the week have names in any case", "[base][cron]") {
  CHECK(cron("0 0 1 jan,FEB-Apr,Dec *") == cron("0 0 1 1-4,12 *"));
  CHECK(cron("0 0 * * SUN,mon,Wed-fri/2") == cron("0 0 * * 0,1,3,5"));
}

TEST_CASE("0 and 7 are Sunday, and a range may end with it", "[base][cron]") {
  CHECK(cron("0 0 * * 7") == cron("0 0 * * 0"));
  CHECK(cron("0 0 * * fri-sun") == cron("0 0 * * 0,5,6"));
  CHECK(cron("0 0 * * 5-7") == cron("0 0 * * 5-0"));
  CHECK(cron("0 0 * * 0-0") == cron("0 0 * * 0"));
  CHECK(cron("0 0 * * sun-tue") == cron("0 0 * * 0-2"));
  CHECK(next("0 0 * * 7", at(1, 1)) == at(1, 7));
}

TEST_CASE("nicknames stand for their fields", "[base][cron]") {
  CHECK(cron("@yearly") == cron("0 0 1 1 *"));
  CHECK(cron("@annually") == cron("@yearly"));
  CHECK(cron("@monthly") == cron("0 0 1 * *"));
  CHECK(cron("@weekly") == cron("0 0 * * 0"));
  CHECK(cron("@daily") == cron("0 0 * * *"));
  CHECK(cron("@midnight") == cron("@daily"));
  CHECK(cron("@hourly") == cron("0 * * * *"));
}

TEST_CASE("the next minute is strictly later", "[base][cron]") {
  CHECK(next("30 10 * * *", at(1, 1, 10, 29)) == at(1, 1, 10, 30));
  CHECK(next("30 10 * * *", at(1, 1, 10, 30)) == at(1, 2, 10, 30));
  CHECK(next("30 10 * * *", at(1, 1, 10, 31)) == at(1, 2, 10, 30));
  CHECK(next("5,50 8,10 * * *", at(1, 1, 8, 5)) == at(1, 1, 8, 50));
  CHECK(next("5,50 8,10 * * *", at(1, 1, 8, 50)) == at(1, 1, 10, 5));
  CHECK(next("5,50 8,10 * * *", at(1, 1, 9, 30)) == at(1, 1, 10, 5));
  CHECK(next("5,50 8,10 * * *", at(1, 1, 10, 50)) == at(1, 2, 8, 5));
  CHECK(next("5 23 31 * *", at(1, 31, 23, 5)) == at(3, 31, 23, 5));
  CHECK(next("0 0 1 jan *", at(1, 1)) == at(1, 1, 0, 0, 2025));
}

TEST_CASE("a day matches by date or by weekday when both are restricted", "[base][cron]") {
  CHECK(next("0 0 13 * fri", at(1, 1)) == at(1, 5));
  CHECK(next("0 0 13 * fri", at(1, 12)) == at(1, 13));
  CHECK(next("0 0 31 feb mon", at(2, 1)) == at(2, 5));
  CHECK(next("0 0 1-31 * fri", at(1, 1)) == at(1, 2));
}

TEST_CASE("a day matches by date and by weekday when one begins with a star", "[base][cron]") {
  CHECK(next("0 0 * * fri", at(1, 1)) == at(1, 5));
  CHECK(next("0 0 13 * *", at(1, 1)) == at(1, 13));
  CHECK(next("0 0 */2 * fri", at(1, 5)) == at(1, 19));
  CHECK(next("0 0 13 * */5", at(1, 1)) == at(9, 13));
}

TEST_CASE("29 February comes in leap years only", "[base][cron]") {
  CHECK(next("0 0 29 2 *", at(2, 29)) == at(2, 29, 0, 0, 2028));
  CHECK(next("0 0 29 2 *", at(2, 29, 0, 0, 1896)) == at(2, 29, 0, 0, 1904));
  CHECK(next("0 0 29 2 *", at(2, 29, 0, 0, 1996)) == at(2, 29, 0, 0, 2000));
  CHECK(next("0 0 29 2 *", at(2, 29, 0, 0, 2096)) == at(2, 29, 0, 0, 2104));
  CHECK(next("0 0 29 2 */7", at(2, 29, 0, 0, 2088)) == at(2, 29, 0, 0, 2128));
}

TEST_CASE("a schedule knows whether its hour is unrestricted", "[base][cron]") {
  for (const char* hours : {"*", "*/1", "0-23", "0-11,12-23"})
    CHECK(cron(fmt::format("5 {} * * *", hours)).every_hour());
  for (const char* hours : {"*/2", "0-22", "3"})
    CHECK_FALSE(cron(fmt::format("5 {} * * *", hours)).every_hour());
}

TEST_CASE("the error of a schedule names the field and what would be right", "[base][cron]") {
  CHECK(error_of("60 * * * *") == "minute '60' is not a number from 0 to 59");
  CHECK(error_of("* 9-24 * * *") == "hour '24' is not a number from 0 to 23");
  CHECK(error_of("* * 0 * *") == "day of month '0' is not a number from 1 to 31");
  CHECK(error_of("* * L * *") == "day of month 'L' is not a number from 1 to 31");
  CHECK(error_of("* * * 1,may,juni *") ==
        "month 'juni' is not a number from 1 to 12 or a name from jan to dec");
  CHECK(error_of("* * * * 8") ==
        "day of week '8' is not a number from 0 to 7 or a name from sun to sat");
  for (const char* minute : {"-5", "+5", "5.0", "*5", "99999999999", "?"}) {
    CAPTURE(minute);
    CHECK(error_of(fmt::format("{} * * * *", minute)).ends_with("is not a number from 0 to 59"));
  }
  CHECK(error_of("1,,2 * * * *") == "minute '' is not a number from 0 to 59");
}

TEST_CASE("the error of a range or step shows how to write it", "[base][cron]") {
  CHECK(error_of("* 22-4 * * *") == "hour '22-4' runs backwards, write '22-23,0-4'");
  CHECK(error_of("* * * nov-feb *") == "month 'nov-feb' runs backwards, write '11-12,1-2'");
  CHECK(error_of("* * * * sat-tue") == "day of week 'sat-tue' runs backwards, write '6-7,0-2'");
  CHECK(error_of("5/15 * * * *") == "minute '5/15' has a step without a range, write '5-59/15'");
  CHECK(error_of("*/0 * * * *") == "minute '*/0': its step is not a number from 1 to 60");
  CHECK(error_of("* 1-9/25 * * *") == "hour '1-9/25': its step is not a number from 1 to 24");
  CHECK(error_of("* * * * */x") == "day of week '*/x': its step is not a number from 1 to 7");
}

TEST_CASE("the error of a schedule says how many fields there are", "[base][cron]") {
  const std::string expected =
      "expected five fields (minute, hour, day of month, month, day of week) or a nickname such as "
      "'@daily', found ";
  CHECK(error_of("") == expected + "0 fields");
  CHECK(error_of("daily") == expected + "1 field");
  CHECK(error_of("* * * *") == expected + "4 fields");
  CHECK(error_of("0 * * * * *") == expected + "6 fields");
  CHECK(error_of("@daily *") == expected + "2 fields");
  CHECK(error_of("@reboot") ==
        "unknown nickname, known are @yearly, @annually, @monthly, @weekly, @daily, @midnight and "
        "@hourly");
}

TEST_CASE("a schedule that would never run is an error", "[base][cron]") {
  CHECK(Cron::parse("0 0 31 2 *").error().message ==
        "cannot read schedule '0 0 31 2 *': it would never run, for none of its months has a day "
        "31");
  CHECK(error_of("0 0 30,31 feb *") == "it would never run, for none of its months has a day 30");
  CHECK(error_of("0 0 31 2,4,6,9,11 */2") ==
        "it would never run, for none of its months has a day 31");
  CHECK(error_of("0 0 31 2-3 *") == "no error");
  CHECK(error_of("0 0 30 4 *") == "no error");
}
