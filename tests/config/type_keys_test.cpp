#include <string>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;

TEST_CASE("a daemon that forks is found by its file or without one", "[config][forking]") {
  const auto loaded = [](std::string_view keys) {
    return loaded_service("command: x\ntype: forking\n" + std::string(keys));
  };
  CHECK(loaded("").spec.type == core::ServiceType::forking);
  CHECK(loaded("").execution.details->pid_file.empty());
  CHECK(loaded("pid_file: \"/run/${PORT}.pid\"\n").execution.details->pid_file == "/run/80.pid");
}

TEST_CASE("a daemon that forks may be ready and restart like any service", "[config][forking]") {
  for (const std::string_view keys :
       {"restart: always\n", "restart: on-failure:3\n", "restart: \"no\"\n",
        "ready: {exec: [probe]}\n", "ready: {notify: true}\nwatchdog: 1s\n"}) {
    CAPTURE(keys);
    const core::ServiceSpec spec =
        loaded_service("command: x\ntype: forking\n" + std::string(keys)).spec;
    CHECK(spec.type == core::ServiceType::forking);
  }
}

TEST_CASE("a pid_file in the defaults is for those services that fork", "[config][forking]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml", "defaults: {pid_file: /run/x.pid}\n");
  tree.write("a.yaml", "command: x\ntype: forking\n");
  tree.write("b.yaml", "command: x\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 2);
  CHECK(loaded.services[0].execution.details->pid_file == "/run/x.pid");
  CHECK(loaded.services[1].execution.details->pid_file.empty());
}
