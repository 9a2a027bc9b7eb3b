#include <array>
#include <string>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;
using namespace std::chrono_literals;

namespace {

struct TestCase {
  std::string_view test;
  Probe probe;
};

ServiceDefinition with(std::string_view healthcheck) {
  return loaded_service("command: x\nhealthcheck: " + std::string(healthcheck) + "\n");
}

}  // namespace

TEST_CASE("every form of a health check's test is read", "[config][health]") {
  using Kind = Probe::Kind;
  const std::array<TestCase, 6> cases{{
      {"[CMD, curl, \"${PORT}\", \"\"]", {Kind::command, {"curl", "80", ""}, {}}},
      {"[CMD-SHELL, \"a && b\"]", {Kind::command, {"/bin/sh", "-c", "a && b"}, {}}},
      {"a | b", {Kind::command, {"/bin/sh", "-c", "a | b"}, {}}},
      {"\"NONE\"", {Kind::command, {"/bin/sh", "-c", "NONE"}, {}}},
      {"{tcp: \"localhost:5432\"}", {Kind::tcp, {}, "localhost:5432"}},
      {"{http: \"http://localhost/health\"}", {Kind::http, {}, "http://localhost/health"}},
  }};
  for (const TestCase& given : cases) {
    CAPTURE(given.test);
    const ServiceDefinition web = with("{test: " + std::string(given.test) + "}");
    CHECK(web.spec.healthcheck == core::HealthCheck{});
    CHECK(web.execution.details->healthcheck == given.probe);
  }
}

TEST_CASE("every other key of a health check is read", "[config][health]") {
  const auto check = with(
                         "{interval: 1m, timeout: 2s, retries: 5, start_period: 10s, "
                         "start_interval: 500ms, on_failure: shutdown, test: x, disable: false}")
                         .spec.healthcheck;
  CHECK(check == core::HealthCheck{1min, 2s, 5, 10s, 500ms, core::OnUnhealthy::shutdown});
  CHECK(with("{test: x, on_failure: none}").spec.healthcheck.value().on_failure ==
        core::OnUnhealthy::none);
}

TEST_CASE("a health check may be taken away", "[config][health]") {
  for (const std::string_view text :
       {"{disable: true}", "{test: [NONE]}", "{test: [CMD, x], disable: true, retries: 2}"}) {
    CAPTURE(text);
    const ServiceDefinition web = with(text);
    CHECK_FALSE(web.spec.healthcheck);
    CHECK(web.execution.details->healthcheck == Probe{});
  }
}

TEST_CASE("a health check's test replaces that of the base", "[config][health][override]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml", "defaults: {healthcheck: {interval: 20s, retries: 9}}\n");
  tree.write("all.yaml",
             "services:\n"
             "  a: {command: a, healthcheck: {test: [CMD, a, b], retries: 2}}\n"
             "  b: {command: b, healthcheck: {test: {tcp: \"b:1\"}}}\n"
             "  c: {command: c, healthcheck: {test: c}}\n"
             "  d: {command: d}\n");
  tree.write("all.override.yaml",
             "services:\n"
             "  a: {healthcheck: {test: [CMD, c]}}\n"
             "  b: {healthcheck: {test: {http: \"http://b/\"}}}\n"
             "  c: {healthcheck: {disable: true}}\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 4);
  CHECK(loaded.services[0].execution.details->healthcheck.command == Command{"c"});
  CHECK(loaded.services[0].spec.healthcheck.value().interval == 20s);
  CHECK(loaded.services[0].spec.healthcheck.value().retries == 2);
  CHECK(loaded.services[1].execution.details->healthcheck ==
        Probe{Probe::Kind::http, {}, "http://b/"});
  CHECK_FALSE(loaded.services[2].spec.healthcheck);
  CHECK_FALSE(loaded.services[3].spec.healthcheck);
}
