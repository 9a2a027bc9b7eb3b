#include "my_init/config/merge.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;

namespace {

ServiceDefinition overridden(std::string_view base, std::string_view over) {
  const DefinitionTree tree;
  tree.write("web.yaml", base);
  tree.write("web.override.yaml", over);
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 1);
  return loaded.services[0];
}

}  // namespace

TEST_CASE("an override replaces scalars and the command, merges maps and appends lists",
          "[config][override]") {
  const ServiceDefinition web = overridden(
      "command: [web, -a]\nuser: www-data\ndescription: Base\ngroup_add: [1, 2]\n"
      "environment: {A: base, B: base}\nrestart_backoff: {initial: 1s, max: 2s}\n",
      "command: [other]\ndescription: Over\ngroup_add: [2, 3]\n"
      "environment: {B: over, C: over}\nrestart_backoff: {max: 3s}\n");
  CHECK(web.execution.command == std::vector<std::string>{"other"});
  CHECK(web.description == "Over");
  REQUIRE(web.execution.identity);
  CHECK(web.execution.identity->groups == std::vector<gid_t>{4, 20, 1, 2, 3});
  CHECK(web.execution.environment == std::vector<std::pair<std::string, std::string>>{
                                         {"A", "base"}, {"B", "over"}, {"C", "over"}});
  CHECK(web.spec.restart_backoff.initial == std::chrono::seconds{1});
  CHECK(web.spec.restart_backoff.max == std::chrono::seconds{3});
  CHECK(web.file.ends_with("/web.yaml"));
}

TEST_CASE("an override may use another form of environment", "[config][override]") {
  using Variables = std::vector<std::pair<std::string, std::string>>;
  const Variables expected{{"A", "base"}, {"B", "over"}, {"HOME", "/root"}};
  CHECK(
      overridden("command: x\nenvironment: [A=base, B=base]\n", "environment: {B: over, HOME: }\n")
          .execution.environment == expected);
  CHECK(overridden("command: x\nenvironment: {A: base, B: base}\n", "environment: [B=over, HOME]\n")
            .execution.environment == expected);
}

TEST_CASE("an override may use another form of depends_on", "[config][override]") {
  const DefinitionTree tree;
  tree.write("a.yaml", "command: a\n");
  tree.write("b.yaml", "command: b\n");
  tree.write("web.yaml", "command: web\ndepends_on: [a, b]\n");
  tree.write("web.override.yml", "depends_on:\n  b: {condition: service_completed_successfully}\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 3);
  CHECK(loaded.services[2].spec.depends_on ==
        std::vector<core::Dependency>{{"a", core::Condition::started, true, false},
                                      {"b", core::Condition::completed, true, false}});
}

TEST_CASE("an override of a file with several services changes each", "[config][override]") {
  const DefinitionTree tree;
  tree.write("all.yaml", "services:\n  a: {command: a}\n  b: {command: b}\n");
  tree.write("all.override.yaml", "services:\n  b: {description: B}\n  c: {command: c}\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 3);
  CHECK(loaded.services[1].description == "B");
  CHECK(loaded.services[1].execution.command == std::vector<std::string>{"b"});
  CHECK(loaded.services[2].spec.name == "c");
}

TEST_CASE("an override in a later directory reaches its base", "[config][override]") {
  const DefinitionTree tree;
  tree.write("web.yaml", "command: web\n");
  tree.write("second/web.override.yaml", "description: Over\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 1);
  CHECK(loaded.services[0].description == "Over");
}

TEST_CASE("the defaults stand below every service", "[config][override]") {
  const DefinitionTree tree;
  tree.write(
      "my_init.yaml",
      "defaults: {stop_grace_period: 3s, restart: always, user: www-data, depends_on: [a]}\n");
  tree.write("a.yaml", "command: a\ntype: oneshot\n");
  tree.write("b.yaml", "command: b\nstop_grace_period: 5s\nuser: \"0\"\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 2);
  const auto& [a, b] = std::tie(loaded.services[0], loaded.services[1]);
  CHECK(a.spec.stop_grace_period == std::chrono::seconds{3});
  CHECK(a.spec.restart.mode == core::RestartMode::no);
  CHECK(a.spec.depends_on.empty());
  CHECK(a.execution.identity.value().account.name == "www-data");
  CHECK(b.spec.stop_grace_period == std::chrono::seconds{5});
  CHECK(b.spec.depends_on.size() == 1);
  CHECK(b.execution.identity.value().account.uid == 0);
}
