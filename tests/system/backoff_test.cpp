#include <csignal>

#include "container.hpp"

namespace my_init::test {
namespace {

/// The time from each of these events to the next.
std::vector<Duration> gaps(Container& box, const std::string& event, std::size_t count) {
  box.wait_event(event, count + 1);
  const auto events = box.events(event);
  std::vector<Duration> found;
  for (std::size_t i = 0; i < count; ++i) found.push_back(events[i + 1].at - events[i].at);
  return found;
}

/// Each gap is what was planned, and at most 50 ms more.
void check_row(const std::vector<Duration>& found, const std::vector<Duration>& planned) {
  REQUIRE(found.size() == planned.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i, found[i].count(), planned[i].count());
    CHECK(found[i] >= planned[i]);
    CHECK(found[i] <= planned[i] + scaled(50ms));
  }
}

}  // namespace

TEST_CASE("V1 the starts of a service that exits at once follow the back-off row", "[system][V1]") {
  if (skipped()) return;
  Container box;
  box.actor("crash", "say:started exit:1",
            "restart_backoff: {initial: 50ms, factor: 2, max: 200ms, jitter: 0}\n")
      .start();
  check_row(gaps(box, "crash started", 5), {50ms, 100ms, 200ms, 200ms, 200ms});
  box.wait_output("*** Restarting crash in 50ms\n");
  box.wait_output("*** Restarting crash in 200ms\n");
}

TEST_CASE("V1 a run of reset_after begins the back-off row anew", "[system][V1]") {
  if (skipped()) return;
  // The second run is a long one: a file that grows counts the runs.
  const std::string keys =
      "restart_backoff: {initial: 50ms, factor: 4, max: 1s, jitter: 0, reset_after: 300ms}\n";
  Container box;
  box.script("/etc/crash", "echo >> /run/runs\n" + box.actor_line("crash", "say:started") + "\n" +
                               "[ $(wc -l < /run/runs) != 2 ] || " +
                               box.actor_line("crash", "sleep:320") + "\n" +
                               box.actor_line("crash", "say:ends") + "\nexit 1")
      .service("crash", "command: [/etc/crash]\n" + keys)
      .start();
  box.wait_event("crash started", 4);
  const auto started = box.events("crash started");
  const auto ended = box.events("crash ends");
  const std::vector<Duration> planned{50ms, 50ms, 200ms};
  for (std::size_t i = 0; i < planned.size(); ++i) {
    const auto delay = started[i + 1].at - ended[i].at;
    CAPTURE(i, delay.count());
    CHECK(delay >= planned[i]);
    CHECK(delay <= planned[i] + scaled(50ms));
  }
}

TEST_CASE("V1 an initial delay of zero restarts at once, always", "[system][V1]") {
  if (skipped()) return;
  Container box;
  box.actor("crash", "say:started exit:1", "restart_backoff: {initial: 0s}\n").start();
  const auto first = box.wait_event("crash started");
  const auto last = box.wait_event("crash started", 51);
  CHECK(last.at - first.at < scaled(50 * 10ms));
}

TEST_CASE("V2 a restart limit of three fails the service at its fourth exit", "[system][V2]") {
  if (skipped()) return;
  Container box;
  box.actor("crash", "say:started exit:5",
            "restart_backoff: {initial: 20ms, factor: 1, jitter: 0}\n"
            "restart_limit: {count: 3, window: 10s}\n")
      .actor("web", kObedient)
      .start();
  box.wait_event("web ready");
  box.wait_output("*** crash has failed for good (exit code 5)\n");
  CHECK(box.count("crash started") == 4);
  box.wait_output("*** crash has reached its restart limit\n");
  CHECK(box.status("crash").starts_with("crash: failed, restarts 3"));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("crash started") == 4);
}

TEST_CASE("V2 exits that are further apart never use up the restart limit", "[system][V2]") {
  if (skipped()) return;
  Container box;
  box.actor("crash", "say:started sleep:150 exit:5",
            "restart_backoff: {initial: 0s}\nrestart_limit: {count: 3, window: 400ms}\n")
      .start();
  box.wait_event("crash started", 8);
  CHECK(!has(box.errors(), "restart limit"));
}

TEST_CASE("V2 a used up restart limit can shut the container down", "[system][V2]") {
  if (skipped()) return;
  Container box;
  box.actor("crash", "until:go exit:9",
            "restart_backoff: {initial: 1ms}\n"
            "restart_limit: {count: 3, window: 10s, then: shutdown}\n")
      .actor("web", kObedient)
      .start();
  box.wait_event("web ready");
  box.open_gate("go");
  CHECK(box.wait_exit().code == 9);
  CHECK(box.count("web bye") == 1);
}

TEST_CASE("V2 a used up restart limit can begin anew after a pause", "[system][V2]") {
  if (skipped()) return;
  Container box;
  box.actor("crash", "say:started exit:9",
            "restart_backoff: {initial: 1ms, jitter: 0, factor: 1}\n"
            "restart_limit: {count: 3, window: 10s, then: {retry_after: 300ms}}\n")
      .start();
  box.wait_event("crash started", 8);
  const auto started = box.events("crash started");
  CHECK(started[3].at - started[0].at < scaled(250ms));
  CHECK(started[4].at - started[3].at >= 300ms);
  CHECK(started[4].at - started[3].at <= within(300ms));
  CHECK(started[7].at - started[4].at < scaled(250ms));
}

}  // namespace my_init::test
