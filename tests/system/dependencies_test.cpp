#include <csignal>

#include "container.hpp"

namespace my_init::test {
namespace {

std::string condition(const std::string& dependency, const std::string& rest) {
  return "depends_on: {" + dependency + ": {" + rest + "}}\n";
}

/// A `services:` map; each entry is made by `entry` from its number.
std::string many(int count, const std::function<std::string(int)>& entry) {
  std::string text = "services:\n";
  for (int i = 0; i < count; ++i) text += "  " + entry(i) + '\n';
  return text;
}

}  // namespace

TEST_CASE("V8 a stop before a service was done skips what waits for it", "[system][V8]") {
  if (skipped()) return;
  Container box;
  box.actor("migrate", "on:TERM=say:bye,exit:1 say:begun serve", "type: oneshot\n")
      .actor("web", "say:started serve",
             condition("migrate", "condition: service_completed_successfully"))
      .start();
  box.wait_event("migrate begun");
  CHECK(box.status("web") == "web: waiting, restarts 0; waits for 'migrate'");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(300ms));
  CHECK(box.count("migrate bye") == 1);
  CHECK(box.count("web started") == 0);
}

TEST_CASE("V10 a service is skipped when its hard dependency has failed for good",
          "[system][V10]") {
  if (skipped()) return;
  Container box;
  box.actor("migrate", "exit:4", "type: oneshot\n")
      .actor("web", "say:started serve",
             condition("migrate", "condition: service_completed_successfully"))
      .actor("proxy", "say:started serve", "depends_on: [web]\n")
      .actor("other", kObedient)
      .start();
  box.wait_event("other ready");
  box.wait_output("*** migrate has failed for good (exit code 4)\n");
  box.wait_output("*** web is skipped: 'migrate', which it depends on, cannot be had\n");
  box.wait_output("*** proxy is skipped: 'web', which it depends on, cannot be had\n");
  CHECK(box.status("web") ==
        "web: skipped, restarts 0; 'migrate', which it depends on, cannot be had");
  CHECK(box.count("web started") + box.count("proxy started") == 0);
  CHECK(box.running());
}

TEST_CASE("V10 a service starts when its soft dependency has failed for good", "[system][V10]") {
  if (skipped()) return;
  Container box;
  box.actor("migrate", "until:go exit:4", "type: oneshot\n")
      .actor("web", kObedient,
             condition("migrate", "condition: service_completed_successfully, required: false"))
      .actor("other", kObedient)
      .start();
  box.wait_event("other ready");
  CHECK(box.status("web").starts_with("web: waiting"));
  CHECK(box.count("web ready") == 0);
  box.open_gate("go");
  box.wait_event("web ready");
  CHECK(!has(box.errors(), "skipped"));
}

TEST_CASE("V10 a dependency that cannot meet its condition any more, in every condition",
          "[system][V10]") {
  if (skipped()) return;
  struct Case {
    std::string condition;
    std::string broken;  ///< the definition of a dependency that never meets it
  };
  const std::vector<Case> cases{
      {"service_started", "command: [/no/such/program]\n"},
      {"service_healthy", "command: [sleep, '1000']\nready: {file: /run/never, timeout: 100ms}\n"},
      {"service_completed_successfully", "command: ['false']\ntype: oneshot\n"}};
  for (const auto& [name, broken] : cases) {
    CAPTURE(name);
    Container box;
    box.service("broken", broken + "restart: \"no\"\n")
        .actor("hard", "say:started serve", condition("broken", "condition: " + name))
        .actor("soft", kObedient, condition("broken", "required: false, condition: " + name))
        .start();
    box.wait_event("soft ready");
    box.wait_output("*** hard is skipped: 'broken', which it depends on, cannot be had\n");
    CHECK(box.status("hard") ==
          "hard: skipped, restarts 0; 'broken', which it depends on, cannot be had");
    CHECK(box.count("hard started") == 0);
    box.signal(SIGTERM);
    CHECK(box.wait_exit().code == 0);
    CHECK(box.count("soft bye") == 1);
  }
}

TEST_CASE("a service follows the restart of a dependency where it says so", "[system][restart]") {
  if (skipped()) return;
  Container box;
  box.actor("db", "on:TERM=say:bye,exit:0 on:USR1=exit:1 say:ready serve",
            "restart_backoff: {initial: 10ms}\n")
      .actor("web", kObedient, condition("db", "condition: service_started, restart: true"))
      .actor("proxy", kObedient, condition("web", "condition: service_started, restart: true"))
      .actor("other", kObedient, "depends_on: [db]\n")
      .start();
  const auto db = box.wait_event("db ready");
  for (const auto* name : {"web", "proxy", "other"}) box.wait_event(std::string{name} + " ready");
  ::kill(box.process(db.pid).value_or(Process{}).host_pid, SIGUSR1);
  const auto again = box.wait_event("proxy ready", 2);
  CHECK(box.wait_event("web bye").at > box.wait_event("db got-USR1").at);
  CHECK(box.wait_event("web ready", 2).at > box.wait_event("web bye").at);
  CHECK(again.at > box.wait_event("web bye").at);
  box.wait_output("*** Restarting web: 'db', which it depends on, has restarted\n");
  box.wait_output("*** Restarting proxy: 'web', which it depends on, has restarted\n");
  CHECK(box.count("other ready") == 1);
  CHECK(box.count("db ready") == 2);
}

TEST_CASE("V11 independent oneshots run side by side and a chain one after another",
          "[system][V11]") {
  if (skipped()) return;
  Container box;
  const std::string oneshot = "type: oneshot\n";
  for (int i = 0; i < 5; ++i) {
    box.actor("single" + std::to_string(i), "say:begun sleep:300 say:over", oneshot);
  }
  const std::string after = "condition: service_completed_successfully";
  box.actor("c1", "sleep:300 say:over", oneshot)
      .actor("c2", "sleep:300 say:over", oneshot + condition("c1", after))
      .actor("c3", "sleep:300 say:over", oneshot + condition("c2", after))
      .start();
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 900ms);
  CHECK(end.took <= within(900ms));
  const auto first_over = box.wait_event("single0 over").at;
  for (int i = 0; i < 5; ++i) {
    CAPTURE(i);
    CHECK(box.wait_event("single" + std::to_string(i) + " begun").at < first_over);
  }
}

TEST_CASE("V12 a chain of 2000 services and a diamond of 50 layers load within 1 s",
          "[system][V12]") {
  if (skipped()) return;
  const auto chain = many(2000, [](int i) {
    const std::string need = i == 0 ? "" : "s" + std::to_string(i - 1);
    return "s" + std::to_string(i) + ": {command: [/bin/true], depends_on: [" + need + "]}";
  });
  const auto diamond = many(100, [](int i) {
    const auto layer = std::to_string(i / 2 - 1);
    const std::string need = i < 2 ? "" : 'a' + layer + ", b" + layer;
    return (i % 2 == 0 ? "a" : "b") + std::to_string(i / 2) +
           ": {type: oneshot, command: [/bin/true], depends_on: [" + need + "]}";
  });
  for (const auto* text : {&chain, &diamond}) {
    Container box;
    box.file("/etc/services.d/all.yaml", *text).option("--check").start();
    const auto end = box.wait_exit();
    CHECK(end.code == 0);
    CHECK(end.took < scaled(1s));
  }
  Container box;
  box.file("/etc/services.d/all.yaml", diamond).start();
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < scaled(2s));
}

}  // namespace my_init::test
