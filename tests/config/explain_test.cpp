#include "my_init/config/explain.hpp"

#include <string>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;

namespace {

/// The lines with their sources, without the tree's path.
std::string explained(const DefinitionTree& tree, std::string_view name = "web") {
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  const auto result = explain(tree.surroundings(), name);
  REQUIRE(result);
  std::string text;
  const std::string root =
      tree.path("my_init.yaml").substr(0, tree.path("my_init.yaml").rfind('/') + 1);
  for (const ExplainedLine& line : result->lines) {
    std::string source = line.source;
    for (const std::string& prefix : {root + "services/", root}) {
      for (std::size_t at = source.find(prefix); at != std::string::npos; at = source.find(prefix))
        source.erase(at, prefix.size());
    }
    text += line.text + (source.empty() ? "" : "  # " + source) + "\n";
  }
  return text;
}

/// Those of the lines that are not defaults.
std::string given(const DefinitionTree& tree, std::string_view name = "web") {
  std::string text;
  const std::string all = explained(tree, name);
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t end = all.find('\n', begin) + 1;
    const std::string line = all.substr(begin, end - begin);
    if (!line.ends_with("# default\n")) text += line;
    begin = end;
  }
  return text;
}

/// A definition that says what was explained means the same.
void check_round_trip(const DefinitionTree& tree) {
  const Loaded before = tree.load();
  for (const ServiceDefinition& service : before.services)
    tree.write(service.file.substr(service.file.rfind('/') + 1),
               explained(tree, service.spec.name));
  tree.write("web.override.yaml", "x-none: 1\n");
  tree.write("my_init.yaml", "");
  const Loaded after = tree.load();
  CHECK(tree.rendered(after) == "");
  REQUIRE(after.services.size() == before.services.size());
  for (std::size_t i = 0; i < after.services.size(); ++i) {
    ServiceDefinition service = after.services[i];
    CAPTURE(service.spec.name);
    if (before.services[i].execution.working_dir.empty()) service.execution.working_dir.clear();
    CHECK(service == before.services[i]);
  }
}

}  // namespace

TEST_CASE("a definition is explained with its defaults", "[config][explain]") {
  const DefinitionTree tree;
  tree.write("web.yaml", "command: web\nrestart_limit:\n  count: 5\n");
  CHECK(explained(tree) ==
        "enabled: true  # default\n"
        "type: simple  # default\n"
        "command: web  # web.yaml:1\n"
        "working_dir: /  # default\n"
        "inherit_environment: true  # default\n"
        "no_new_privileges: false  # default\n"
        "restart: always  # default\n"
        "success_exit_codes: [0]  # default\n"
        "restart_backoff:\n"
        "  initial: 100ms  # default\n"
        "  factor: 2  # default\n"
        "  max: 30s  # default\n"
        "  jitter: 0.1  # default\n"
        "  reset_after: 10s  # default\n"
        "restart_limit:\n"
        "  count: 5  # web.yaml:3\n"
        "  window: 1m  # default\n"
        "  then: fail  # default\n"
        "essential: false  # default\n"
        "stop_signal: SIGTERM  # default\n"
        "stop_grace_period: 10s  # default\n"
        "kill_mode: mixed  # default\n"
        "pre_start: []  # default\n"
        "post_start: []  # default\n"
        "pre_stop: []  # default\n"
        "post_stop: []  # default\n"
        "reload_signal: SIGHUP  # default\n"
        "logging:\n"
        "  driver: container  # default\n"
        "  format: prefix  # default\n"
        "  timestamps: false  # default\n"
        "  mode: blocking  # default\n"
        "  max_buffer_size: 1m  # default\n"
        "  tail: 64k  # default\n"
        "  rate_limit: 0  # default\n");
}

TEST_CASE("each value is explained by the file that it comes from", "[config][explain]") {
  DefinitionTree tree;
  tree.environment.emplace_back("PORT", "80 $");
  tree.write("my_init.yaml", "defaults:\n  stop_grace_period: 3s\n  environment: {A: \"1\"}\n");
  tree.write("web.yaml",
             "command: [web, \"-p $PORT\"]\n"
             "group_add: [1, 2]\n"
             "environment: [B=2]\n"
             "logging: {tail: 1m}\n");
  tree.write("web.override.yaml", "group_add: [3]\n\nlogging: {format: json}\n");
  CHECK(given(tree) ==
        "command: [web, \"-p 80 $$\"]  # web.yaml:1\n"
        "group_add: [1, 2, 3]  # web.yaml:2, web.override.yaml:1\n"
        "environment:\n"
        "  A: \"1\"  # my_init.yaml:3 (defaults)\n"
        "  B: 2  # web.yaml:3\n"
        "restart_backoff:\n"
        "restart_limit:\n"
        "stop_grace_period: 3s  # my_init.yaml:2 (defaults)\n"
        "logging:\n"
        "  format: json  # web.override.yaml:3\n"
        "  tail: 1m  # web.yaml:4\n");
  check_round_trip(tree);
}

TEST_CASE("what the defaults say in vain is a comment", "[config][explain]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml",
             "defaults:\n"
             "  restart: always\n"
             "  pid_file: /run/x\n"
             "  watchdog: 5s\n"
             "  depends_on: [job]\n"
             "  healthcheck: {interval: 5s}\n"
             "  environment: {KEY: a}\n"
             "  logging: {path: /x}\n"
             "  timezone: UTC\n");
  tree.write("job.yaml", "command: job\ntype: oneshot\nsecrets: {KEY: /key}\n");
  CHECK(given(tree, "job") ==
        "type: oneshot  # job.yaml:2\n"
        "# pid_file: /run/x  # my_init.yaml:3 (defaults), without effect here\n"
        "command: job  # job.yaml:1\n"
        "environment:\n"
        "  # KEY: a  # my_init.yaml:7 (defaults), without effect here\n"
        "secrets:\n"
        "  KEY: /key  # job.yaml:3\n"
        "# timezone: UTC  # my_init.yaml:9 (defaults), without effect here\n"
        "# watchdog: 5s  # my_init.yaml:4 (defaults), without effect here\n"
        "# healthcheck: {interval: 5s}  # my_init.yaml:6 (defaults), without effect here\n"
        "# restart: always  # my_init.yaml:2 (defaults), without effect here\n"
        "restart_backoff:\n"
        "restart_limit:\n"
        "logging:\n"
        "  # path: /x  # my_init.yaml:8 (defaults), without effect here\n");
  CHECK(explained(tree, "job").contains("restart: \"no\"  # default\n"));
}

TEST_CASE("an explained definition means what it explains", "[config][explain]") {
  DefinitionTree tree;
  tree.environment = {{"ON", "true"}, {"MASK", "0027"}};
  tree.write("my_init.yaml", "defaults: {restart: always, depends_on: [db], watchdog: 1s}\n");
  tree.write("db.yaml", "command: db -x 'a b'\nready: {notify: true}\nhealthcheck: {test: true}\n");
  tree.write(
      "job.yaml",
      "command: [sh, -c, \"echo $$HOME; exit\"]\ntype: oneshot\nschedule: {every: 90s}\n"
      "depends_on: {db: {condition: service_healthy, required: false, restart: true}}\n"
      "ulimits: {nofile: 5, core: {soft: 0, hard: unlimited}}\nlisten: {a: \"unix:/a:0660\"}\n");
  tree.write(
      "web.yaml",
      "command: web\nenabled: ${ON}\numask: \"${MASK}\"\nuser: www-data:5\nrestart: no\n"
      "pre_start: [[mkdir, -p, \"/a b\"], \"x y\"]\nready: {timeout: 9s}\n"
      "healthcheck: {test: [NONE]}\nrestart_backoff: {initial: 40s}\n"
      "restart_limit: {then: {retry_after: 5m}}\nreload_command: [web, reload]\n"
      "environment: {EMPTY: \"\", TILDE: \"~\", MANY: \"a\\nb\"}\nsuccess_exit_codes: [0, 3]\n"
      "logging: {driver: file, path: /log/web, max_size: 1g}\n"
      "description: |\n  two\n  lines\n");
  tree.write("web.override.yaml", "cap_drop: [ALL]\ncap_add: [CHOWN]\nprofiles: []\n");
  check_round_trip(tree);
}

TEST_CASE("nothing is explained of a service that is not there", "[config][explain]") {
  const DefinitionTree tree;
  tree.write("web.yaml", "command: web\n");
  CHECK_FALSE(explain(tree.surroundings(), "wep"));
  CHECK(explain(tree.surroundings(), "web")->not_set.front() == "description");
  CHECK(explain(tree.surroundings(), "web")->place.ends_with("/web.yaml:1"));
}
