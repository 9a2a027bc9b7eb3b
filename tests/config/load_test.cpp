#include "my_init/config/load.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;

namespace {

std::vector<std::string> names_of(const Loaded& loaded) {
  std::vector<std::string> names;
  for (const ServiceDefinition& service : loaded.services) names.push_back(service.spec.name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("no directory and no file is an empty configuration", "[config][load]") {
  Surroundings surroundings;
  surroundings.services_dirs = {"/nonexistent/a", "/nonexistent/b"};
  surroundings.global_file = "/nonexistent/my_init.yaml";
  const Loaded loaded = load(surroundings);
  CHECK(loaded.ok());
  CHECK(loaded.services.empty());
  CHECK(loaded.diagnostics.empty());
}

TEST_CASE("files are read in byte order, other files are left alone", "[config][load]") {
  const DefinitionTree tree;
  for (const std::string_view name : {"b.yaml", "B.yml", "a-1.yaml", "a.yaml", "second/0.yaml"}) {
    tree.write(name, "command: x\n");
  }
  for (const std::string_view name : {"README", ".hidden.yaml", ".yaml", "a.yaml~", "x.yaml.bak"}) {
    tree.write(name, "\t: [");
  }
  CHECK(names_of(tree.load()) == Names{"B", "a-1", "a", "b", "0"});
  CHECK(tree.diagnostics() == "");
}

TEST_CASE("links are followed, what is no file is named", "[config][load]") {
  const DefinitionTree tree;
  tree.write("target", "command: x\n");
  REQUIRE(::symlink("target", tree.path("link.yaml").c_str()) == 0);
  REQUIRE(::symlink("nothing", tree.path("dangling.yaml").c_str()) == 0);
  REQUIRE(::mkfifo(tree.path("fifo.yaml").c_str(), 0600) == 0);
  REQUIRE(::mkdir(tree.path("directory.yaml").c_str(), 0700) == 0);
  CHECK(names_of(tree.load()) == Names{"link"});
  CHECK(tree.diagnostics() ==
        "dangling.yaml: error: cannot read the file: no such file or directory\n"
        "fifo.yaml: error: cannot read the file: it is not a regular file\n");
}

TEST_CASE("profiles select services, those without are always there", "[config][load][profiles]") {
  DefinitionTree tree;
  tree.write("all.yaml",
             "services:\n"
             "  base: {command: x}\n"
             "  web: {command: x, profiles: [web, full]}\n"
             "  debug: {command: x, profiles: [debug]}\n"
             "  off: {command: x, enabled: false, depends_on: {debug: {required: false}}}\n");
  CHECK(names_of(tree.load()) == Names{"base", "off"});
  CHECK(tree.load().services[1].spec.depends_on.empty());
  tree.environment.emplace_back("MY_INIT_PROFILES", " full ,debug,");
  CHECK(names_of(tree.load()) == Names{"base", "web", "debug", "off"});
  CHECK(tree.load().services[3].spec.depends_on.size() == 1);
  CHECK(tree.load().ok());
}

TEST_CASE("the global file's settings are read, before and with everything else",
          "[config][load]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml",
             "logging: {format: json, level: warning, timestamps: true}\n"
             "shutdown: {timeout: 8s}\n"
             "cgroups: false\n");
  const GlobalSettings expected{LogFormat::json, LogLevel::warning, true, std::chrono::seconds{8},
                                false};
  CHECK(tree.load().settings == expected);
  CHECK(tree.load_settings().settings == expected);
  CHECK(tree.load_settings().ok());
}

TEST_CASE("reading the settings alone leaves the rest for later", "[config][load]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml", "defaults: {nope: $NOT_SET}\nlogging: {format: xml}\n");
  CHECK(tree.rendered(tree.load_settings()) ==
        "my_init.yaml:2:19: error: 'format' must be text or json, not 'xml'\n"
        "  logging: {format: xml}\n"
        "                    ^\n");
  tree.write("my_init.yaml", "");
  CHECK(tree.load_settings().settings == GlobalSettings{});
  CHECK(tree.diagnostics() == "");
}

TEST_CASE("aliases and merge keys stand for what they name", "[config][load]") {
  const DefinitionTree tree;
  tree.write("all.yaml",
             "x-base: &base {command: [base], description: Base, umask: \"0027\"}\n"
             "x-more: &more {description: More, user: \"5\"}\n"
             "services:\n"
             "  a: *base\n"
             "  b: {<<: *base, description: B}\n"
             "  c: {description: C, <<: [*more, *base], command: [c]}\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 3);
  CHECK(loaded.services[0].description == "Base");
  CHECK(loaded.services[1].description == "B");
  CHECK(loaded.services[1].execution.command == Names{"base"});
  CHECK(loaded.services[2].description == "C");
  CHECK(loaded.services[2].execution.command == Names{"c"});
  CHECK(loaded.services[2].execution.umask == mode_t{027});
  CHECK(loaded.services[2].execution.identity.value().account.uid == 5);
}

TEST_CASE("a byte order mark and line ends of Windows are no error", "[config][load]") {
  const ServiceDefinition web = loaded_service(
      "\xef\xbb\xbf"
      "command: [web]\r\ndescription: caf\xc3\xa9\r\n");
  CHECK(web.execution.command == Names{"web"});
  CHECK(web.description == "caf\xc3\xa9");
}
