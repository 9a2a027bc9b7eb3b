#include <csignal>

#include "container.hpp"

namespace my_init::test {
TEST_CASE("S6 three services that end at once are all gone in under 300 ms", "[system][S6]") {
  if (skipped()) return;
  Container box;
  for (const auto* name : {"one", "two", "three"}) box.actor(name, kObedient);
  box.start();
  for (const auto* name : {"one", "two", "three"}) box.wait_event(std::string{name} + " ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(300ms));
}

TEST_CASE("S7 a chain stops from its end, each after the one before has ended", "[system][S7]") {
  if (skipped()) return;
  const std::string slow = "on:TERM=sleep:100,say:bye,exit:0 say:ready serve";
  Container box;
  box.actor("db", slow)
      .actor("app", slow, "depends_on: [db]\n")
      .actor("web", slow, "depends_on: [app]\n")
      .start();
  for (const auto* name : {"db ready", "app ready", "web ready"}) box.wait_event(name);
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 300ms);
  CHECK(end.took < within(400ms));
  CHECK(box.wait_event("app got-TERM").at > box.wait_event("web bye").at);
  CHECK(box.wait_event("db got-TERM").at > box.wait_event("app bye").at);
  CHECK(box.count("db bye") == 1);
}

TEST_CASE("S7 services that do not depend on each other stop in parallel", "[system][S7]") {
  if (skipped()) return;
  Container box;
  for (const auto* name : {"one", "two", "three", "four"}) {
    box.actor(name, "on:TERM=sleep:300,say:bye,exit:0 say:ready serve");
  }
  box.start();
  for (const auto* name : {"one", "two", "three", "four"}) {
    box.wait_event(std::string{name} + " ready");
  }
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(500ms));
}

TEST_CASE("S8 within the shutdown budget the last service gets the time it needs", "[system][S8]") {
  if (skipped()) return;
  Container box;
  box.file("/etc/my_init.yaml", "shutdown: {timeout: 8s}\n")
      .actor("db", "on:TERM=sleep:2000,say:bye,exit:0 say:ready serve", "stop_grace_period: 3s\n")
      .actor("web", "on:TERM say:ready serve", "stop_grace_period: 60s\ndepends_on: [db]\n")
      .start();
  box.wait_event("db ready");
  box.wait_event("web ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit(15s);
  CHECK(end.code == 0);
  CHECK(end.took <= within(8s));
  CHECK(box.count("db bye") == 1);
  const auto& said = box.errors();
  const auto line = said.find("*** web (PID ");
  REQUIRE(line != std::string::npos);
  CHECK(said.find("*** web (PID ", line + 1) == std::string::npos);
  CHECK(said.find("*** db (PID ") == std::string::npos);
}

TEST_CASE("S8 with the usual grace of the last service too", "[system][S8]") {
  if (skipped()) return;
  Container box;
  box.option("--shutdown-timeout=4s")
      .actor("db", "on:TERM=sleep:500,say:bye,exit:0 say:ready serve")
      .actor("web", "on:TERM say:ready serve", "stop_grace_period: 60s\ndepends_on: [db]\n")
      .start();
  box.wait_event("db ready");
  box.wait_event("web ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit(15s);
  CHECK(end.code == 0);
  CHECK(end.took <= within(4s));
  CHECK(box.count("db bye") == 1);
}

}  // namespace my_init::test
