#include <string>
#include <vector>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;

TEST_CASE("hooks are lists of commands in either form", "[config][hook]") {
  const ServiceDefinition web = loaded_service(R"(
command: web
pre_start: [[mkdir, -p, "/run/${PORT}"], "chown -R 'a b' /run/80"]
post_start: [announce]
pre_stop: []
post_stop:
  - [a]
  - b -c
  - [d]
)");
  CHECK(web.execution.details->pre_start ==
        std::vector<Command>{{"mkdir", "-p", "/run/80"}, {"chown", "-R", "a b", "/run/80"}});
  CHECK(web.execution.details->post_start == std::vector<Command>{{"announce"}});
  CHECK(web.execution.details->pre_stop.empty());
  CHECK(web.execution.details->post_stop == std::vector<Command>{{"a"}, {"b", "-c"}, {"d"}});
  CHECK(web.spec.hooks == core::HookCounts{2, 1, 0, 3});
}

TEST_CASE("a service reloads by a signal or by a command", "[config][reload]") {
  const auto loaded = [](std::string_view text) {
    return loaded_service("command: x\n" + std::string(text));
  };
  CHECK(loaded("").spec.reload_signal == SIGHUP);
  CHECK(loaded("reload_signal: USR2\n").spec.reload_signal == SIGUSR2);
  CHECK_FALSE(loaded("reload_signal: USR2\n").spec.has_reload_command);
  const ServiceDefinition web = loaded("reload_command: nginx -s reload\n");
  CHECK(web.spec.has_reload_command);
  CHECK(web.execution.details->reload_command == Command{"nginx", "-s", "reload"});
}

TEST_CASE("hooks append, and one way to reload replaces another", "[config][hook][override]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml", "defaults: {reload_signal: USR1}\n");
  tree.write("all.yaml",
             "services:\n"
             "  a: {command: a, reload_command: [a, b], pre_start: [[a, b]]}\n"
             "  b: {command: b, reload_command: [a, b]}\n"
             "  c: {command: c}\n");
  tree.write("all.override.yaml",
             "services:\n"
             "  a: {reload_command: [c], pre_start: [[c]]}\n"
             "  b: {reload_signal: USR2}\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 3);
  CHECK(loaded.services[0].execution.details->reload_command == Command{"c"});
  CHECK(loaded.services[0].execution.details->pre_start == std::vector<Command>{{"a", "b"}, {"c"}});
  CHECK(loaded.services[1].spec.reload_signal == SIGUSR2);
  CHECK_FALSE(loaded.services[1].spec.has_reload_command);
  CHECK(loaded.services[2].spec.reload_signal == SIGUSR1);
}

TEST_CASE("more commands of a hook than can be counted are refused", "[config][hook]") {
  const DefinitionTree tree;
  std::string text = "command: x\npre_start:\n";
  for (int i = 0; i < 65536; ++i) text += "- a\n";
  tree.write("web.yaml", text);
  CHECK(tree.diagnostics() ==
        "web.yaml:3:1: error: 'pre_start' has more than 65535 commands\n  - a\n  ^\n");
}
