#include "my_init/config/definition.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;
using namespace std::chrono_literals;

TEST_CASE("a definition with nothing but a command has the documented defaults", "[config]") {
  const ServiceDefinition web = loaded_service("command: [web, -x]\n");
  ServiceDefinition expected;
  expected.spec.name = "web";
  expected.execution.command = {"web", "-x"};
  expected.file = web.file;
  expected.line = 1;
  CHECK(web == expected);
  CHECK(web.file.ends_with("/services/web.yaml"));
  CHECK(web.spec.restart.mode == core::RestartMode::always);
  CHECK(web.spec.stop_grace_period == 10s);
  CHECK_FALSE(web.execution.capabilities);
}

TEST_CASE("every key that says how a service is made is read", "[config]") {
  const Execution web = loaded_service(R"(
description: Web server
command: [web, 010, yes, "a b"]
working_dir: /srv
umask: "0027"
inherit_environment: [PATH, "DB_*"]
cap_drop: [ALL]
cap_add: [NET_BIND_SERVICE, cap_kill]
no_new_privileges: true
logging: {driver: inherit}
group_add: [ssl-cert, 2000]
x-mine: {anything: [at, all]}
)")
                            .execution;
  CHECK(web.command == std::vector<std::string>{"web", "010", "yes", "a b"});
  CHECK(web.working_dir == "/srv");
  CHECK(web.umask == mode_t{027});
  CHECK_FALSE(web.inherit_environment.all);
  CHECK(web.inherit_environment.patterns == std::vector<std::string>{"PATH", "DB_*"});
  CHECK(web.capabilities == std::uint64_t{(1U << 10U) | (1U << 5U)});
  CHECK(web.details->required_capabilities == *web.capabilities);
  CHECK(web.no_new_privileges);
  CHECK_FALSE(web.identity);
  CHECK(web.extra_groups == std::vector<gid_t>{101, 2000});
}

TEST_CASE("every key that says when a service runs is read", "[config]") {
  const core::ServiceSpec web = loaded_service(R"(
command: web
enabled: false
type: simple
restart: on-failure:5
success_exit_codes: [0, 010, 143]
restart_backoff: {initial: 500ms, factor: 1.5, max: 4s, jitter: 0, reset_after: 1m}
restart_limit: {count: 3, window: 10s, then: {retry_after: 10m}}
essential: true
stop_signal: QUIT
stop_grace_period: 1m30s
kill_mode: group
)")
                                    .spec;
  CHECK_FALSE(web.enabled);
  CHECK(web.restart == core::RestartPolicy{core::RestartMode::on_failure, 5});
  CHECK(web.success_exit_codes == std::vector<std::uint8_t>{0, 10, 143});
  CHECK(web.restart_backoff == core::Backoff{500ms, 1.5, 4s, 0, 1min});
  CHECK(web.restart_limit == core::RestartLimit{3, 10s, core::LimitEnd::retry_after, 10min});
  CHECK(web.essential);
  CHECK(web.stop_signal == SIGQUIT);
  CHECK(web.stop_grace_period == 90s);
  CHECK(web.kill_mode == core::KillMode::group);
}

TEST_CASE("a restart policy may be written bare, in quotes, and for a oneshot", "[config]") {
  using core::RestartMode;
  const auto mode = [](std::string_view text) {
    return loaded_service("command: x\n" + std::string(text)).spec.restart.mode;
  };
  CHECK(mode("restart: no\n") == RestartMode::no);
  CHECK(mode("restart: \"no\"\n") == RestartMode::no);
  CHECK(mode("restart: always\n") == RestartMode::always);
  CHECK(mode("restart: on-failure\n") == RestartMode::on_failure);
  CHECK(mode("restart: unless-stopped\n") == RestartMode::unless_stopped);
  CHECK(mode("type: oneshot\n") == RestartMode::no);
  CHECK(mode("type: oneshot\nrestart: on-failure\n") == RestartMode::on_failure);
}

TEST_CASE("an initial delay above the default maximum raises that", "[config]") {
  const core::Backoff backoff =
      loaded_service("command: x\nrestart_backoff: {initial: 1m}\n").spec.restart_backoff;
  CHECK(backoff.initial == 1min);
  CHECK(backoff.max == 1min);
}

TEST_CASE("a user may be a name or a number, with a group or without", "[config]") {
  const auto identity = [](std::string_view text) {
    return loaded_service("command: x\n" + std::string(text)).execution.identity;
  };
  const Account www{"www-data", 33, 33, "/var/www", "/usr/sbin/nologin"};
  Account www_in_certificates = www;
  www_in_certificates.gid = 101;
  CHECK(identity("user: www-data\n") == Identity{www, {4, 20}});
  CHECK(identity("user: www-data:ssl-cert\n") == Identity{www_in_certificates, {4, 20}});
  CHECK(identity("user: 1000:1000\n") == Identity{{"", 1000, 1000, "/", "/bin/sh"}, {}});
  CHECK(identity("user: 010\n") == Identity{{"", 10, 0, "/", "/bin/sh"}, {}});
  CHECK(identity("user: \"1000\"\ngroup_add: [2000, ssl-cert, 2000]\n") ==
        Identity{{"", 1000, 0, "/", "/bin/sh"}, {2000, 101}});
}

TEST_CASE("without ALL dropped, capabilities are taken from all that are known", "[config]") {
  constexpr std::uint64_t kAll = (std::uint64_t{1} << 41U) - 1;
  const auto bits = [](std::string_view text) {
    return loaded_service("command: x\n" + std::string(text)).execution.capabilities;
  };
  CHECK(bits("cap_drop: [SYS_ADMIN]\n") == (kAll & ~(std::uint64_t{1} << 21U)));
  CHECK(bits("cap_drop: [ALL]\n") == std::uint64_t{0});
  CHECK(bits("cap_add: [NET_RAW]\n") == kAll);
}

TEST_CASE("dependencies are read in both forms", "[config]") {
  const DefinitionTree tree;
  tree.write("all.yaml", R"(
services:
  db: {command: db}
  setup: {command: setup, type: oneshot}
  cache: {command: cache, depends_on: [db, setup]}
  web:
    command: web
    depends_on:
      db: {condition: service_healthy, restart: true}
      setup: {condition: service_completed_successfully}
      cache: {required: false}
)");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 4);
  using core::Condition;
  using core::Dependency;
  CHECK(loaded.services[2].spec.depends_on ==
        std::vector<Dependency>{{"db", Condition::started, true, false},
                                {"setup", Condition::started, true, false}});
  CHECK(loaded.services[3].spec.depends_on ==
        std::vector<Dependency>{{"db", Condition::healthy, true, true},
                                {"setup", Condition::completed, true, false},
                                {"cache", Condition::started, false, false}});
  CHECK(loaded.services[3].line == 6);
}
