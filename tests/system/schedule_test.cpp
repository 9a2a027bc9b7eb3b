#include <fnmatch.h>

#include <csignal>
#include <ctime>

#include "container.hpp"

namespace my_init::test {
namespace {

const std::string kEverySecond = "type: oneshot\nschedule: {every: 1s}\n";

int year_now() {
  const auto now = std::time(nullptr);
  return ::gmtime(&now)->tm_year + 1900;
}

}  // namespace

TEST_CASE("schedule: an interval fires from start to start and not at boot", "[system][schedule]") {
  if (skipped()) return;
  Container box;
  box.actor("job", "say:ran sleep:300 exit:0", kEverySecond).start();
  const auto first = box.wait_event("job ran");
  CHECK(first.at - box.exec_at() >= 1s);
  CHECK(first.at - box.exec_at() <= within(1s) + 1s);
  auto last = first.at;
  for (std::size_t i = 2; i <= 4; ++i) {
    const auto at = box.wait_event("job ran", i).at;
    CHECK(at - last > 1s - within(0s));
    CHECK(at - last < within(1s));
    last = at;
  }
  CHECK(last - first.at < within(3s));
  CHECK(has(box.status("job"), "next in 1s"));
  CHECK(box.running());
}

TEST_CASE("schedule: an interval goes on after a run that failed", "[system][schedule]") {
  if (skipped()) return;
  Container box;
  box.actor("job", "say:ran exit:3", kEverySecond).start();
  box.wait_event("job ran", 2);
  box.wait_output("*** job has failed for good (exit code 3)\n");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("schedule: what happens when the last run is still at work", "[system][schedule]") {
  if (skipped()) return;
  Container box;
  const std::string skipped_line = "*** job is due, but its last run is still at work: skipped\n";
  SECTION("skip") {
    box.actor("job", "say:ran until:go exit:0", kEverySecond).start();
    box.wait_event("job ran");
    box.wait_output(skipped_line);
    CHECK(box.count("job ran") == 1);
    box.open_gate("go");
    box.wait_event("job ran", 2);
  }
  SECTION("queue") {
    box.actor("job", "say:ran sleep:1300 say:over exit:0",
              kEverySecond + "schedule_overlap: queue\n")
        .start();
    const auto again = box.wait_event("job ran", 2).at;
    CHECK(again > box.wait_event("job over").at);
    CHECK(again - box.wait_event("job over").at < within(300ms));
    CHECK(!has(box.errors(), skipped_line));
  }
  SECTION("kill") {
    box.actor("job", "on:TERM=say:bye,exit:0 say:ran serve",
              kEverySecond + "schedule_overlap: kill\n")
        .start();
    const auto again = box.wait_event("job ran", 2);
    CHECK(again.at > box.wait_event("job bye").at);
    CHECK(again.at - box.wait_event("job ran").at < within(1s) + 500ms);
    CHECK(again.pid != box.wait_event("job bye").pid);
  }
}

TEST_CASE("schedule: the status shows the next time of a cron expression", "[system][schedule]") {
  if (skipped()) return;
  const auto year = year_now();
  Container box;
  box.actor("often", "exit:0", "type: oneshot\nschedule: \"*/5 * * * *\"\n")
      .actor("yearly", "exit:0", "type: oneshot\nschedule: \"@yearly\"\n")
      .actor("hourly", "exit:0", "type: oneshot\nschedule: \"30 * * * *\"\ntimezone: UTC\n")
      .actor("web", kObedient)
      .start();
  box.wait_event("web ready");
  constexpr auto kInFive =
      "often: waiting, restarts 0; waits for its time; runs next 20*T*:?[05]:00Z";
  const auto often = box.status("often");
  CAPTURE(often);
  CHECK(::fnmatch(kInFive, often.c_str(), 0) == 0);
  const auto yearly = box.status("yearly");
  const auto expected = [](int when) {
    return "yearly: waiting, restarts 0; waits for its time; runs next " + std::to_string(when) +
           "-01-01T00:00:00Z";
  };
  CHECK((yearly == expected(year + 1) || yearly == expected(year_now() + 1)));
  CHECK(::fnmatch("*next 20*:30:00Z", box.status("hourly").c_str(), 0) == 0);
}

TEST_CASE("L13 a schedule keeps the container alive and nothing starts after SIGTERM",
          "[system][schedule][L13]") {
  if (skipped()) return;
  Container box;
  box.actor("once", "say:ran exit:0", "type: oneshot\n")
      .actor("job", "on:TERM=sleep:1300,say:bye,exit:0 say:ran serve", kEverySecond)
      .actor("tick", "say:ran exit:0", kEverySecond)
      .start();
  box.wait_event("once ran");
  box.wait_event("job ran");
  const auto ticks = box.wait_event("tick ran", 2).at;
  box.wait_output("*** tick completed\n");
  CHECK(box.running());
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 1300ms);
  CHECK(box.count("job bye") == 1);
  CHECK(box.events("tick ran").back().at <= ticks + 300ms);
  CHECK(!has(box.errors(), "All services have ended"));
}

}  // namespace my_init::test
