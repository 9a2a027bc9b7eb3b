#include <array>
#include <string>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;
using namespace std::chrono_literals;

namespace {

struct WayCase {
  std::string_view text;
  core::ReadyWay way;
  ReadySource source;
};

ServiceDefinition with(std::string_view keys) {
  return loaded_service("command: x\n" + std::string(keys));
}

}  // namespace

TEST_CASE("every way to be ready is read", "[config][ready]") {
  using core::ReadyWay;
  const std::array<WayCase, 10> cases{{
      {"ready: {notify: true}\n", ReadyWay::notify, {}},
      {"ready: {notify: false}\n", ReadyWay::exec, {}},
      {"ready: {fd: 010}\n", ReadyWay::fd, {.fd = 10}},
      {"ready: {fd: 1023}\n", ReadyWay::fd, {.fd = 1023}},
      {"ready: {tcp: \"127.0.0.1:5432\"}\n",
       ReadyWay::tcp,
       {.probe = {Probe::Kind::tcp, {}, "127.0.0.1:5432"}}},
      {"ready: {http: \"http://127.0.0.1:${PORT}/ready\"}\n",
       ReadyWay::http,
       {.probe = {Probe::Kind::http, {}, "http://127.0.0.1:80/ready"}}},
      {"ready: {exec: [pg_isready, -q]}\n",
       ReadyWay::command,
       {.probe = {Probe::Kind::command, {"pg_isready", "-q"}, {}}}},
      {"ready: {exec: \"pg_isready -h 'a b'\"}\n",
       ReadyWay::command,
       {.probe = {Probe::Kind::command, {"pg_isready", "-h", "a b"}, {}}}},
      {"ready: {file: /run/web.ready}\n",
       ReadyWay::file,
       {.probe = {Probe::Kind::file, {}, "/run/web.ready"}}},
      {"ready: {log: \"ready to (accept|serve)$$\"}\n",
       ReadyWay::log,
       {.pattern = "ready to (accept|serve)$"}},
  }};
  for (const WayCase& given : cases) {
    CAPTURE(given.text);
    const ServiceDefinition web = with(given.text);
    CHECK(web.spec.ready.way == given.way);
    CHECK(web.execution.details->ready == given.source);
  }
}

TEST_CASE("readiness has its own timeout and interval", "[config][ready]") {
  using core::Readiness;
  using core::ReadyWay;
  CHECK(with("ready: {notify: true}\n").spec.ready == Readiness{ReadyWay::notify, 60s, 200ms});
  CHECK(with("ready: {file: /x, timeout: 2m, interval: 1s}\n").spec.ready ==
        Readiness{ReadyWay::file, 2min, 1s});
}

TEST_CASE("a start with other steps than exec may have times without a way", "[config][ready]") {
  using core::Readiness;
  using core::ReadyWay;
  for (const auto* keys : {"type: forking\n", "pre_start: [[a]]\n", "post_start: [[a]]\n"}) {
    CAPTURE(keys);
    CHECK(with(std::string("ready: {timeout: 2s, interval: 1s}\n") + keys).spec.ready ==
          Readiness{ReadyWay::exec, 2s, 1s});
  }
}

TEST_CASE("a watchdog belongs to a service that notifies", "[config][ready]") {
  CHECK(with("watchdog: 30s\nready: {notify: true}\n").spec.watchdog == 30s);
  CHECK(with("watchdog: 0s\n").spec.watchdog == 0s);
}

TEST_CASE("one way to be ready replaces that of the base", "[config][ready][override]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml", "defaults: {watchdog: 9s, ready: {timeout: 5s}}\n");
  tree.write("all.yaml",
             "services:\n"
             "  a: {command: a, ready: {exec: [a, b], interval: 1s}}\n"
             "  b: {command: b, ready: {exec: [a, b], interval: 1s}}\n"
             "  c: {command: c, ready: {exec: [a, b]}}\n"
             "  d: {command: d}\n");
  tree.write("all.override.yaml",
             "services:\n"
             "  a: {ready: {notify: true}}\n"
             "  b: {ready: {exec: [b]}}\n"
             "  c: {ready: {interval: 2s}}\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 4);
  using core::Readiness;
  using core::ReadyWay;
  CHECK(loaded.services[0].spec.ready == Readiness{ReadyWay::notify, 5s, 1s});
  CHECK(loaded.services[0].spec.watchdog == 9s);
  CHECK(loaded.services[1].execution.details->ready.probe.command == Command{"b"});
  CHECK(loaded.services[1].spec.watchdog == 0s);
  CHECK(loaded.services[2].spec.ready == Readiness{ReadyWay::command, 5s, 2s});
  CHECK(loaded.services[2].execution.details->ready.probe.command == Command{"a", "b"});
  CHECK(loaded.services[3].spec.ready.way == ReadyWay::exec);
}
