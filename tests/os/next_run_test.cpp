#include "my_init/os/next_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"

using namespace my_init;
using namespace std::chrono;
using os::next_run;
using os::TimeZone;

namespace {

constexpr std::array<const char*, 4> kZones{"UTC", "Europe/Berlin", "America/New_York",
                                            "Australia/Lord_Howe"};

sys_seconds utc(int year, int month, int day, int hour, int minute = 0) {
  return sys_days(std::chrono::year(year) / month / day) + hours(hour) + minutes(minute);
}

TimeZone zone(const std::string& name) {
  const auto loaded = TimeZone::load(name);
  REQUIRE((loaded ? "" : loaded.error().message) == "");
  return *loaded;
}

Cron cron(const std::string& text) {
  const auto read = Cron::parse(text);
  REQUIRE((read ? "" : read.error().message) == "");
  return *read;
}

/// All runs behind `begin` and before `end`.
std::vector<sys_seconds> runs(const Cron& cron, const TimeZone& zone, sys_seconds begin,
                              sys_seconds end) {
  std::vector<sys_seconds> found;
  for (sys_seconds time = next_run(cron, zone, begin); time < end;
       time = next_run(cron, zone, time))
    found.push_back(time);
  return found;
}

std::vector<sys_seconds> runs_in_berlin(const std::string& text, sys_seconds begin,
                                        sys_seconds end) {
  return runs(cron(text), zone("Europe/Berlin"), begin, end);
}

using Times = std::vector<sys_seconds>;

// ---- the rule once more, naively: every minute is looked at ----

/// What the wall clock shows in each real minute from `begin` on, in minutes since 1970. Offsets
/// change at full half hours in these zones and years.
struct Wall {
  sys_seconds begin;
  std::vector<int> shown;

  Wall(const TimeZone& zone, sys_seconds from, sys_seconds to)
      : begin(from), shown(static_cast<std::size_t>((to - from) / minutes(1))) {
    int* next = shown.data();
    for (sys_seconds half_hour = from; half_hour < to; half_hour += minutes(30)) {
      const local_seconds local = zone.to_local(half_hour);
      const auto first = static_cast<int>(local.time_since_epoch() / minutes(1));
      for (int i = 0; i < 30; ++i) *next++ = first + i;
    }
  }
};

struct Field {
  std::string text;
  std::array<bool, 60> on{};
};

Field stepped(std::string text, unsigned first, unsigned last, unsigned step) {
  Field field{std::move(text), {}};
  for (unsigned n = first; n <= last; n += step) field.on[n] = true;
  return field;
}

Field star(unsigned first, unsigned last) {
  return stepped("*", first, last, 1);
}

Field only(std::string text, std::initializer_list<unsigned> numbers) {
  Field field{std::move(text), {}};
  for (const unsigned n : numbers) field.on[n] = true;
  return field;
}

struct Job {
  Field minute = star(0, 59);
  Field hour = star(0, 23);
  Field day = star(1, 31);
  Field month = star(1, 12);
  Field weekday = star(0, 6);

  [[nodiscard]] std::string text() const {
    return fmt::format("{} {} {} {} {}", minute.text, hour.text, day.text, month.text,
                       weekday.text);
  }

  [[nodiscard]] bool has_day(int days_since_1970) const {
    const sys_days date{days(days_since_1970)};
    const year_month_day ymd(date);
    if (!month.on[static_cast<unsigned>(ymd.month())]) return false;
    const bool by_date = day.on[static_cast<unsigned>(ymd.day())];
    const bool by_weekday = weekday.on[std::chrono::weekday(date).c_encoding()];
    if (day.text[0] == '*' || weekday.text[0] == '*') return by_date && by_weekday;
    return by_date || by_weekday;
  }

  [[nodiscard]] bool has_time(std::size_t minute_of_day) const {
    return minute.on[minute_of_day % 60] && hour.on[minute_of_day / 60];
  }

  /// The runs behind the first minute of the wall. Plain arrays: these are five million rounds.
  [[nodiscard]] Times runs(const Wall& wall) const {
    const bool every_hour = std::count(hour.on.begin(), hour.on.end(), true) == 24;
    bool is_time[1440];
    for (std::size_t i = 0; i < 1440; ++i) is_time[i] = has_time(i);
    Times found;
    const int* shown = wall.shown.data();
    int latest = shown[0];  // that the clock has shown so far
    for (std::size_t i = 1, size = wall.shown.size(); i < size; ++i) {
      bool runs_now = false;
      for (int time = every_hour ? shown[i] : latest + 1; time <= shown[i]; ++time)
        if (is_time[time % 1440] && has_day(time / 1440)) runs_now = true;
      if (shown[i] > latest) latest = shown[i];
      if (runs_now) found.push_back(wall.begin + minutes(i));
    }
    return found;
  }
};

std::string first_difference(const Times& a, const Times& b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  const auto text = [](auto at, const Times& in) {
    return at == in.end() ? std::string("end") : std::to_string(at->time_since_epoch().count());
  };
  if (in_a == a.end() && in_b == b.end()) return "";
  return text(in_a, a) + " and " + text(in_b, b);
}

Field random_field(std::mt19937_64& random, unsigned first, unsigned last) {
  const auto pick = [&](unsigned low, unsigned high) {
    return low + static_cast<unsigned>(random() % (high - low + 1));
  };
  switch (pick(0, 4)) {
    case 0: {
      const unsigned n = pick(first, last);
      const unsigned m = pick(first, last);
      return only(fmt::format("{},{}", n, m), {n, m});
    }
    case 1: {
      const unsigned begin = pick(first, last);
      const unsigned end = pick(begin, last);
      const unsigned step = pick(1, 3);
      return stepped(fmt::format("{}-{}/{}", begin, end, step), begin, end, step);
    }
    case 2: {
      const unsigned step = pick(1, (last - first) / 2);
      return stepped(fmt::format("*/{}", step), first, last, step);
    }
    default:
      return star(first, last);
  }
}

}  // namespace

TEST_CASE("a daily job runs every day once, whatever the clock does", "[os][next_run]") {
  CHECK(runs_in_berlin("30 2 * * *", utc(2024, 3, 30, 0), utc(2024, 4, 2, 0)) ==
        Times{utc(2024, 3, 30, 1, 30), utc(2024, 3, 31, 1), utc(2024, 4, 1, 0, 30)});
  CHECK(runs_in_berlin("30 2 * * *", utc(2024, 10, 26, 0), utc(2024, 10, 29, 0)) ==
        Times{utc(2024, 10, 26, 0, 30), utc(2024, 10, 27, 0, 30), utc(2024, 10, 28, 1, 30)});
}

TEST_CASE("several skipped times run once, together with the one behind the gap",
          "[os][next_run]") {
  CHECK(runs_in_berlin("0,20,40 2 * * *", utc(2024, 3, 31, 0), utc(2024, 3, 31, 12)) ==
        Times{utc(2024, 3, 31, 1)});
  CHECK(runs_in_berlin("*/30 1-3 * * *", utc(2024, 3, 31, 0), utc(2024, 3, 31, 12)) ==
        Times{utc(2024, 3, 31, 0, 30), utc(2024, 3, 31, 1), utc(2024, 3, 31, 1, 30)});
}

TEST_CASE("a job of every hour follows real time", "[os][next_run]") {
  CHECK(runs_in_berlin("10 * * * *", utc(2024, 3, 31, 0), utc(2024, 3, 31, 3)) ==
        Times{utc(2024, 3, 31, 0, 10), utc(2024, 3, 31, 1, 10), utc(2024, 3, 31, 2, 10)});
  CHECK(runs_in_berlin("50 * * * *", utc(2024, 10, 26, 23), utc(2024, 10, 27, 2)) ==
        Times{utc(2024, 10, 26, 23, 50), utc(2024, 10, 27, 0, 50), utc(2024, 10, 27, 1, 50)});
  CHECK(runs_in_berlin("*/30 2 31 3 *", utc(2024, 3, 31, 0), utc(2024, 3, 31, 9)) ==
        Times{utc(2024, 3, 31, 1)});
}

TEST_CASE("a day that a zone left out is made up for at its end", "[os][next_run]") {
  const TimeZone apia = zone("Pacific/Apia");  // had no 30 December 2011
  CHECK(runs(cron("0 12 * * *"), apia, utc(2011, 12, 29, 12), utc(2011, 12, 31, 0)) ==
        Times{utc(2011, 12, 29, 22), utc(2011, 12, 30, 10), utc(2011, 12, 30, 22)});
  CHECK(runs(cron("0 */1 30 * *"), apia, utc(2011, 12, 2, 0), utc(2012, 1, 1, 0)).empty());
}

TEST_CASE("next_run agrees with a walk through every minute of ten years", "[os][next_run]") {
  const std::string name = GENERATE(from_range(kZones.begin(), kZones.end()));
  CAPTURE(name);
  const TimeZone place = zone(name);
  const sys_seconds begin = utc(2023, 1, 1, 12);
  const sys_seconds end = utc(2033, 1, 1, 12);
  const Wall wall(place, begin, end);
  std::array<Job, 4> jobs;
  jobs[0].minute = only("15", {15});
  jobs[0].hour = only("2", {2});
  jobs[1].minute = only("5", {5});
  jobs[1].day = only("29,31", {29, 31});
  jobs[1].month = only("feb,MAR,10", {2, 3, 10});
  jobs[2].minute = stepped("*/15", 0, 59, 15);
  jobs[2].hour = stepped("1-3", 1, 3, 1);
  jobs[2].weekday = only("7", {0});
  jobs[3].minute = only("0", {0});
  jobs[3].day = only("13", {13});
  jobs[3].weekday = only("fri", {5});
  for (const Job& job : jobs) {
    CAPTURE(job.text());
    CHECK(first_difference(runs(cron(job.text()), place, begin, end), job.runs(wall)) == "");
  }
}

TEST_CASE("next_run agrees with a walk through the minutes around changes of the clock",
          "[os][next_run]") {
  const auto seed = GENERATE(range(0U, 40U));
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const TimeZone place = zone(kZones[seed % kZones.size()]);
  const sys_seconds somewhere = utc(2015, 1, 1, 0) + days(random() % 7300);
  const sys_seconds begin = place.next_change(somewhere).value_or(somewhere) - days(2);
  const sys_seconds end = begin + days(4);
  const Wall wall(place, begin, end);
  for (int round = 0; round < 5; ++round) {
    Job job;
    job.minute = random_field(random, 0, 59);
    job.hour = random_field(random, 0, 23);
    if (random() % 2 == 0) job.day = random_field(random, 1, 31);
    if (random() % 2 == 0) job.weekday = random_field(random, 0, 6);
    CAPTURE(job.text());
    const Cron schedule = cron(job.text());
    const Times expected = job.runs(wall);
    CHECK(first_difference(runs(schedule, place, begin, end), expected) == "");
    for (int i = 0; i < 20; ++i) {
      const sys_seconds after = begin + seconds(random() % (4 * 86400));
      const auto later = std::ranges::upper_bound(expected, after);
      const sys_seconds next = next_run(schedule, place, after);
      CHECK((later == expected.end() ? next >= end : next == *later));
    }
  }
}
