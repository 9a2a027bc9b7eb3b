#include <csignal>

#include "client.hpp"
#include "container.hpp"

namespace my_init::test {
namespace {

constexpr auto kOnHealthyDb = "db: {condition: service_healthy}";

/// `rest`: further keys, each after a comma.
std::string check(const std::string& rest = {}, const std::string& test = "[CMD, /etc/check]") {
  return "restart_backoff: {initial: 0s}\nhealthcheck: {test: " + test + ", interval: 30ms" + rest +
         "}\n";
}

/// /etc/check says asked, prints something and fails unless the file /run/well exists.
void add_check(Container& box) {
  box.script("/etc/check", "echo noise\n" + box.actor_line("check", "say:asked") +
                               "\n[ -e /run/well ] || { echo the disk is full >&2; exit 1; }");
}

void become_well(Container& box) {
  box.file("/run/well", "");
}

void become_ill(const Container& box) {
  ::unlink(box.host_path("/run/well").c_str());
}

}  // namespace

TEST_CASE("a service whose check fails so often in a row is unhealthy and restarts",
          "[system][health]") {
  if (skipped()) return;
  Container box;
  add_check(box);
  box.actor("web", "say:started serve", check(", retries: 3")).start();
  box.wait_event("web started", 2);
  CHECK(box.count("check asked") == 3);
  box.wait_output(
      "*** web is unhealthy, its check has failed 3 times in a row: the disk is full\n");
  const auto started = box.events("web started");
  CHECK(started[1].at - started[0].at >= 90ms);
  box.wait_event("check asked", 4);
  CHECK(has(box.status("web"), ", restarts 1"));
  CHECK(!has(box.errors() + box.output(), "noise"));
}

TEST_CASE("a service whose check passes is healthy", "[system][health]") {
  if (skipped()) return;
  Container box;
  add_check(box);
  become_well(box);
  box.actor("web", kObedient, check())
      .actor("app", kObedient, "depends_on: {web: {condition: service_healthy}}\n")
      .start();
  CHECK(box.wait_event("app ready").at > box.wait_event("check asked").at);
  box.wait_output("*** web is healthy\n");
  CHECK(box.status("web").starts_with("web: running, healthy, pid "));
  box.wait_event("check asked", 5);
  CHECK(!has(box.errors() + box.output(), "noise"));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("an unhealthy service goes on where nothing else was asked for", "[system][health]") {
  if (skipped()) return;
  Container box;
  add_check(box);
  box.actor("web", "say:started serve", check(", retries: 2, on_failure: none")).start();
  box.wait_output("*** web is unhealthy");
  CHECK(box.status("web").starts_with("web: running, unhealthy, pid "));
  const auto asked = box.count("check asked");
  box.wait_event("check asked", asked + 4);
  become_well(box);
  box.wait_output("*** web is healthy\n");
  CHECK(box.status("web").starts_with("web: running, healthy, pid "));
  CHECK(box.count("web started") == 1);
  CHECK(box.errors().find("unhealthy, its") == box.errors().rfind("unhealthy, its"));
}

TEST_CASE("an unhealthy service can shut the container down", "[system][health]") {
  if (skipped()) return;
  Container box;
  add_check(box);
  box.actor("web", kObedient, check(", retries: 2, on_failure: shutdown"))
      .actor("other", kObedient)
      .start();
  CHECK(box.wait_exit().code == 1);
  CHECK(box.count("web bye") == 1);
  CHECK(box.count("other bye") == 1);
}

TEST_CASE("a service that stays unhealthy fails with code 1 at its restart limit",
          "[system][health]") {
  if (skipped()) return;
  Container box;
  add_check(box);
  box.actor("web", "on:TERM=exit:0 say:started serve",
            check(", retries: 1") + "restart_limit: {count: 2, window: 10s}\nessential: true\n")
      .start();
  CHECK(box.wait_exit().code == 1);
  CHECK(box.count("web started") == 3);
  CHECK(has(box.errors(), "*** web has failed for good (exit code 1)\n"));
}

TEST_CASE("V18 failures count in a row and the service restarts once", "[system][health][V18]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/check", "echo >> /run/asked\n" + box.actor_line("check", "say:asked") +
                               "\nn=$(wc -l < /run/asked)\n[ $n = 3 ] || [ $n -gt 6 ]")
      .actor("web", "say:started serve", check(", retries: 3"))
      .start();
  const auto second = box.wait_event("web started", 2);
  CHECK(box.wait_event("check asked", 6).at < second.at);
  CHECK(box.wait_event("check asked", 7).at > second.at);
  box.wait_event("check asked", 9);
  CHECK(box.count("web started") == 2);
}

TEST_CASE("failures within start_period do not count", "[system][health]") {
  if (skipped()) return;
  Container box;
  add_check(box);
  box.actor("web", "say:started serve",
            check(", retries: 1, start_period: 400ms, start_interval: 20ms"))
      .start();
  const auto first = box.wait_event("web started");
  const auto second = box.wait_event("web started", 2);
  CHECK(second.at - first.at >= 400ms);
  CHECK(box.count("check asked") > 3);
}

TEST_CASE("V13 a waiting service starts when its dependency is healthy again",
          "[system][health][V13]") {
  if (skipped()) return;
  Container box;
  add_check(box);
  become_well(box);
  box.actor("db", "say:started serve", check(", retries: 1, on_failure: none"))
      .actor("migrate", "until:go exit:0", "type: oneshot\n")
      .actor("web", kObedient,
             std::string{"depends_on: {"} + kOnHealthyDb +
                 ", migrate: {condition: service_completed_successfully}}\n")
      .start();
  box.wait_output("*** db is healthy\n");
  become_ill(box);
  box.wait_output("*** db is unhealthy");
  box.open_gate("go");
  box.wait_output("*** migrate completed\n");
  CHECK(box.status("web") == "web: waiting, restarts 0; waits for 'db'");
  box.wait_event("check asked", box.count("check asked") + 3);
  CHECK(box.count("web ready") == 0);
  become_well(box);
  box.wait_event("web ready");
  CHECK(box.count("db started") == 1);
}

TEST_CASE("V17 a check that hangs is killed with its children and is one failure",
          "[system][health][V17]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/check", "exec " + box.actor_line("check",
                                                    "on:TERM fork:kid { on:TERM say:there serve } "
                                                    "say:asked serve"))
      .actor("web", "say:started serve", check(", timeout: 300ms, retries: 3"))
      .start();
  for (std::size_t i = 1; i <= 3; ++i) {
    CAPTURE(i);
    const auto asked = box.wait_event("check asked", i);
    const auto kid = box.wait_event("kid there", i);
    CHECK(box.count("web started") == 1);
    const auto next =
        i < 3 ? box.wait_event("check asked", i + 1).at : box.wait_event("web started", 2).at;
    CHECK(next - asked.at >= 290ms);
    if (i < 3) CHECK(!box.process(asked.pid));  // never two at once
    CHECK(box.eventually(1s, [&] { return !box.process(asked.pid); }));
    CHECK(box.eventually(1s, [&] { return !box.process(kid.pid); }));
  }
  box.wait_output(
      "*** web is unhealthy, its check has failed 3 times in a row: "
      "the check took longer than 300ms\n");
}

TEST_CASE("what a check that passes leaves running is killed", "[system][health]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/check",
             "exec " + box.actor_line("check", "fork:kid { on:TERM say:there serve }"))
      .actor("web", kObedient, check())
      .start();
  for (std::size_t i = 1; i <= 2; ++i) {
    CAPTURE(i);
    const auto kid = box.wait_event("kid there", i);
    CHECK(box.eventually(1s, [&] { return !box.process(kid.pid); }));
  }
  box.wait_output("*** web is healthy\n");
}

TEST_CASE("V17 a check that hangs does not outlive the container", "[system][health][V17]") {
  if (skipped()) return;
  Container box;
  box.script(
         "/etc/check",
         "exec " + box.actor_line("check", "on:TERM fork:kid { on:TERM serve } say:asked serve"))
      .actor("web", kObedient, check(", timeout: 60s"))
      .child_of_other_init()
      .start();
  box.wait_event("check asked");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(500ms));
  CHECK(end.left.empty());
}

TEST_CASE("a health check can connect to a port or ask an HTTP server", "[system][health]") {
  if (skipped()) return;
  const auto port = std::to_string(free_port());
  const auto address = "127.0.0.1:" + port;
  Container box;
  SECTION("a port that refuses") {
    box.actor("web", "say:started serve", check(", retries: 2", "{tcp: " + address + "}")).start();
    box.wait_event("web started", 2);
    box.wait_output(
        "*** web is unhealthy, its check has failed 2 times in a row: "
        "cannot connect to " +
        address + ": connection refused\n");
  }
  SECTION("a port that accepts") {
    box.actor("web", "listen:" + port + " serve", check("", "{tcp: " + address + "}")).start();
    box.wait_output("*** web is healthy\n");
  }
  SECTION("an HTTP server") {
    box.actor("web", "listen:" + port + " answer:200",
              check("", "{http: \"http://" + address + "/\"}"))
        .start();
    box.wait_output("*** web is healthy\n");
  }
}

TEST_CASE("the check of a service gets its environment and user", "[system][health]") {
  if (skipped_without_root()) return;
  Container box;
  box.script("/etc/check", "echo \"$COLOUR $(id -u)\"\nexit 1")
      .actor("web", "serve",
             "user: \"12345\"\nenvironment: {COLOUR: green}\n" +
                 check(", retries: 1, on_failure: none"))
      .start();
  box.wait_output("failed 1 times in a row: green 12345\n");
}

}  // namespace my_init::test
