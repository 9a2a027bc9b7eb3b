#include "catch.hpp"
#include "run.hpp"

namespace my_init::test {

TEST_CASE("svctl explain shows each value with its place in one column", "[svctl][explain]") {
  const Directory here;
  here.write("web.yaml", "command: [web, -a]\n\nnice: 5\n");
  here.write("web.override.yaml", "stop_signal: QUIT\n");
  const Ended ended = here.svctl({"explain", "--services-dir", ".", "web"});
  CHECK(ended.errors.empty());
  CHECK(ended.code == 0);
  CHECK(
      ended.output.starts_with("# web, defined in ./web.yaml:1\n"
                               "enabled: true              # default\n"
                               "type: simple               # default\n"
                               "command: [web, -a]         # ./web.yaml:1\n"
                               "working_dir: /             # default\n"));
  CHECK(ended.output.contains("\nnice: 5                    # ./web.yaml:3\n"));
  CHECK(ended.output.contains("\nrestart_backoff:\n  initial: 100ms           # default\n"));
  CHECK(ended.output.contains("\nstop_signal: QUIT          # ./web.override.yaml:1\n"));
  CHECK(ended.output.ends_with(
      "\n# not set: description, profiles, pid_file, user, group_add, environment, env_file, "
      "secrets, umask, ulimits, oom_score_adj, cap_drop, cap_add, schedule, schedule_overlap, "
      "timezone, listen, depends_on, ready, watchdog, healthcheck, reload_command\n"));
}

TEST_CASE("svctl explain prints a definition that means the same", "[svctl][explain]") {
  const Directory here;
  here.write("web.yaml", "command: web\nenvironment: {A: \"x: $$y\"}\nhealthcheck: {test: true}\n");
  const Ended first = here.svctl({"explain", "--services-dir", ".", "web"});
  here.write("again/web.yaml", first.output);
  const Ended second = here.svctl({"explain", "--services-dir", "again", "web"});
  CHECK(second.code == 0);
  const auto without_comments = [](const std::string& text) {
    std::string values;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      const std::string line = text.substr(begin, end - begin);
      values += line.substr(0, line.find(" #")) + "\n";
      begin = end + 1;
    }
    return values.substr(values.find('\n'));
  };
  CHECK(without_comments(first.output).contains("\n  A: \"x: $$y\""));
  CHECK(second.output.contains("  A: \"x: $$y\""));
  CHECK(second.output.ends_with(first.output.substr(first.output.find("\n# not set"))));
}

TEST_CASE("svctl explain of what is not there or wrong says what to do", "[svctl][explain]") {
  const Directory here;
  here.write("web.yaml", "command: web\n");
  const Ended unknown = here.svctl({"explain", "wep", "--services-dir", "."});
  CHECK(unknown.code == 4);
  CHECK(unknown.errors == "svctl: there is no service 'wep' (did you mean 'web'?)\n");
  here.write("web.yaml", "command: web\nnice: 99\n");
  const Ended wrong = here.svctl({"explain", "web", "--services-dir", "."});
  CHECK(wrong.code == 78);
  CHECK(wrong.errors ==
        "./web.yaml:2:7: error: 'nice' must be a whole number from -20 to 19, not '99'\n"
        "  nice: 99\n"
        "        ^\n"
        "svctl: the definitions have errors: see svctl check\n");
}

}  // namespace my_init::test
