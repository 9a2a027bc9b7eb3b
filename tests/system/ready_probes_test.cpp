#include <csignal>
#include <filesystem>

#include "client.hpp"
#include "container.hpp"

namespace my_init::test {
namespace {

std::string ready(const std::string& way, const std::string& rest = {}) {
  return "ready: {" + way + ", interval: 20ms" + rest + "}\n";
}

/// Another service, which starts when web is ready.
void add_follower(Container& box) {
  box.actor("app", kObedient, "depends_on: {web: {condition: service_healthy}}\n");
}

}  // namespace

TEST_CASE("V15 a service is ready at the newline on its descriptor", "[system][ready][V15]") {
  if (skipped()) return;
  Container box;
  add_follower(box);
  box.actor("web", "put:7=abc say:begun until:go say:tells put:7=d;e serve", "ready: {fd: 7}\n")
      .start();
  box.wait_event("web begun");
  CHECK(box.status("web").starts_with("web: starting"));
  CHECK(box.count("app ready") == 0);
  box.open_gate("go");
  CHECK(box.wait_event("app ready").at > box.wait_event("web tells").at);
  CHECK(box.status("web").starts_with("web: running"));
}

TEST_CASE("V15 a descriptor that is closed without a newline does not make ready",
          "[system][ready][V15]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:started put:5=abc close:5 say:closed serve",
            "ready: {fd: 5, timeout: 400ms}\nrestart_backoff: {initial: 0s}\n")
      .start();
  box.wait_event("web closed");
  CHECK(box.status("web").starts_with("web: starting"));
  const auto second = box.wait_event("web started", 2);
  CHECK(second.at - box.events("web started")[0].at >= 390ms);
  CHECK(second.at - box.events("web started")[0].at <= within(400ms));
  box.wait_output("*** web is not ready after 400ms\n");
  CHECK(!has(box.errors(), "is ready"));
}

TEST_CASE("a service is ready when its TCP port accepts a connection", "[system][ready]") {
  if (skipped()) return;
  const auto port = std::to_string(free_port());
  Container box;
  add_follower(box);
  box.actor("web", "say:begun until:go say:listens listen:" + port + " serve",
            ready("tcp: 127.0.0.1:" + port))
      .start();
  box.wait_event("web begun");
  CHECK(box.status("app") == "app: waiting, restarts 0; waits for 'web'");
  box.open_gate("go");
  CHECK(box.wait_event("app ready").at > box.wait_event("web listens").at);
}

TEST_CASE("a TCP port that refuses is the reason why a service is not ready", "[system][ready]") {
  if (skipped()) return;
  const auto port = std::to_string(free_port());
  Container box;
  box.actor(
         "web", "serve",
         ready("tcp: 127.0.0.1:" + port, ", timeout: 500ms") + "restart: \"no\"\nessential: true\n")
      .start();
  CHECK(box.wait_exit().code == 1);
  CHECK(has(box.errors(), "*** web is not ready after 500ms: cannot connect to 127.0.0.1:" + port +
                              ": connection refused\n"));
  CHECK(!has(box.output(), "cannot connect"));
}

TEST_CASE("a service is ready when its HTTP server answers with success", "[system][ready]") {
  if (skipped()) return;
  const auto port = std::to_string(free_port());
  const auto way = "http: \"http://127.0.0.1:" + port + "/ready\"";
  Container box;
  SECTION("204 and 302 are success") {
    const std::string code = GENERATE(as<std::string>{}, "204", "302");
    box.actor("web", "listen:" + port + " answer:" + code, ready(way)).start();
    box.wait_output("*** web is ready\n");
  }
  SECTION("503 is not") {
    box.actor("web", "listen:" + port + " answer:503",
              ready(way, ", timeout: 500ms") + "restart: \"no\"\nessential: true\n")
        .start();
    CHECK(box.wait_exit().code == 1);
    CHECK(has(box.errors(), "*** web is not ready after 500ms: "));
    CHECK(has(box.errors(), "503"));
  }
}

TEST_CASE("a service is ready when its command exits with success", "[system][ready]") {
  if (skipped()) return;
  Container box;
  add_follower(box);
  box.script("/etc/probe", "echo noise\n" + box.actor_line("probe", "say:asked") +
                               "\n[ -e /run/up ] || { echo not yet >&2; exit 1; }")
      .actor("web", "serve", ready("exec: [/etc/probe]"))
      .start();
  box.wait_event("probe asked", 3);
  CHECK(box.count("app ready") == 0);
  box.file("/run/up", "");
  box.wait_event("app ready");
  CHECK(!has(box.errors() + box.output(), "noise"));
  CHECK(!has(box.errors() + box.output(), "not yet"));
  const auto asked = box.events("probe asked");
  CHECK(asked[1].at - asked[0].at >= 20ms);
}

TEST_CASE("a try that is still under way does not hide why the last one failed",
          "[system][ready]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/probe", "[ -e /run/asked ] && exec " + box.actor_line("probe", "serve") +
                               "\n: > /run/asked\necho the disk is full\nexit 1")
      .actor("web", "serve",
             ready("exec: [/etc/probe]", ", timeout: 500ms") + "restart: \"no\"\nessential: true\n")
      .start();
  CHECK(box.wait_exit().code == 1);
  CHECK(has(box.errors(), "*** web is not ready after 500ms: the disk is full\n"));
}

TEST_CASE("what a check of an earlier run said is no reason in the next", "[system][ready]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/web", "[ -e /run/ran ] && exec " + box.actor_line("web", "serve") +
                             "\n: > /run/ran\nexec " +
                             box.actor_line("web", "notify:READY=1 serve"))
      .script("/etc/check", "echo the disk is full\nexit 1")
      .service("web",
               "command: [/etc/web]\nready: {notify: true, timeout: 300ms}\n"
               "restart_backoff: {initial: 0s}\n"
               "healthcheck: {test: [CMD, /etc/check], interval: 20ms, retries: 1}\n")
      .start();
  box.wait_output(
      "*** web is unhealthy, its check has failed 1 times in a row: the disk is full\n");
  box.wait_output("*** web is not ready after 300ms");
  box.wait_output("*** web is not ready after 300ms\n");
}

TEST_CASE("a service is ready when its file exists, one of an earlier run does not count",
          "[system][ready]") {
  if (skipped()) return;
  Container box;
  add_follower(box);
  box.file("/run/web.ready", "old")
      .script("/etc/web", "[ ! -e /run/web.ready ] || " + box.actor_line("web", "say:old-file") +
                              "\n" + box.actor_line("web", "say:begun until:go say:makes") +
                              "\n: > /run/web.ready\nexec " + box.actor_line("web", "serve"))
      .service("web", "command: [/etc/web]\n" + ready("file: /run/web.ready"))
      .start();
  box.wait_event("web begun");
  CHECK(!std::filesystem::exists(box.host_path("/run/web.ready")));
  CHECK(box.status("web").starts_with("web: starting"));
  box.open_gate("go");
  CHECK(box.wait_event("app ready").at > box.wait_event("web makes").at);
  CHECK(box.count("web old-file") == 0);
}

}  // namespace my_init::test
