#include <string>
#include <vector>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init::config;

TEST_CASE("secrets are variables and files", "[config][secret]") {
  const auto secrets = [](std::string_view text) {
    return loaded_service("command: x\n" + std::string(text)).execution.details->secrets;
  };
  CHECK(secrets("secrets: {}\n").empty());
  CHECK(secrets("secrets: {DB: /run/secrets/db, a.b-c: \"/port/${PORT}\"}\n") ==
        std::vector<Secret>{{"DB", "/run/secrets/db"}, {"a.b-c", "/port/80"}});
  CHECK(secrets("environment: [A=1]\nsecrets: {B: /b}\n") == std::vector<Secret>{{"B", "/b"}});
}

TEST_CASE("a secret replaces a variable of the defaults and a secret of the base",
          "[config][secret][override]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml", "defaults: {environment: {PASSWORD: x}, secrets: {KEY: /key}}\n");
  tree.write("web.yaml", "command: x\nsecrets: {PASSWORD: /base}\n");
  tree.write("web.override.yaml", "secrets: {PASSWORD: /over}\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 1);
  CHECK(loaded.services[0].execution.details->secrets ==
        std::vector<Secret>{{"KEY", "/key"}, {"PASSWORD", "/over"}});
}

TEST_CASE("a variable does not silently lose against a secret", "[config][secret]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml", "defaults: {secrets: {PASSWORD: /key}}\n");
  tree.write("web.yaml", "command: x\nenvironment: {PASSWORD: hidden}\n");
  CHECK(tree.diagnostics() ==
        "my_init.yaml:1:22: error: secret 'PASSWORD' is in 'environment' too: web.yaml:2\n"
        "  defaults: {secrets: {PASSWORD: /key}}\n"
        "                       ^\n");
}
