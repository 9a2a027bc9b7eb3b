#include "my_init/app/launch.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using namespace my_init;
using namespace my_init::app;

namespace {

using Words = std::vector<std::string>;

Words words(const std::vector<const char*>& list) {
  REQUIRE(list.back() == nullptr);
  return Words(list.begin(), list.end() - 1);
}

Programs one_service(config::Execution execution) {
  Programs programs;
  programs.services.push_back(std::move(execution));
  programs.service_names.push_back("web");
  return programs;
}

constexpr core::Subject kWeb{core::SubjectKind::service, 0};

Words environment_of(const config::Execution& execution, const config::Environment& container) {
  const Programs programs = one_service(execution);
  const auto lines = std::make_shared<const EnvironmentLines>(container);
  return words(Launch(programs, lines, {}, kWeb).plan().environment);
}

}  // namespace

TEST_CASE("a service gets the container's environment and its marker", "[app][launch]") {
  CHECK(environment_of({.command = {"/bin/true"}}, {{"A", "1"}, {"EMPTY", ""}}) ==
        Words{"A=1", "EMPTY=", "MY_INIT_SERVICE=web"});
}

TEST_CASE("a service's own variables replace those of the container", "[app][launch]") {
  config::Execution execution{.command = {"/bin/true"}};
  execution.environment = {{"A", "own\nline"}};
  CHECK(environment_of(execution, {{"A", "1"}, {"MY_INIT_SERVICE", "outer"}}) ==
        Words{"A=own\nline", "MY_INIT_SERVICE=web"});
}

TEST_CASE("only the listed names and globs are inherited", "[app][launch]") {
  config::Execution execution{.command = {"/bin/true"}};
  execution.inherit_environment = {false, {"PATH", "DB_*"}};
  CHECK(environment_of(execution, {{"PATH", "/bin"}, {"DB_HOST", "db"}, {"OTHER", "x"}}) ==
        Words{"PATH=/bin", "DB_HOST=db", "MY_INIT_SERVICE=web"});
}

TEST_CASE("a service with a user gets that user's HOME, USER, LOGNAME and SHELL", "[app][launch]") {
  config::Execution execution{.command = {"/bin/true"}};
  execution.identity = Identity{{"www", 33, 33, "/var/www", "/bin/sh"}, {4}};
  execution.environment = {{"HOME", "/srv"}};
  CHECK(environment_of(execution, {{"HOME", "/root"}, {"USER", "root"}}) ==
        Words{"USER=www", "LOGNAME=www", "SHELL=/bin/sh", "HOME=/srv", "MY_INIT_SERVICE=web"});
}

TEST_CASE("E6 a uid without a passwd entry gets HOME / and no name of somebody else",
          "[app][launch]") {
  config::Execution execution{.command = {"/bin/true"}};
  execution.identity = Identity{{"", 1000, 1000}, {}};
  CHECK(environment_of(execution, {{"HOME", "/root"}, {"USER", "root"}}) ==
        Words{"HOME=/", "SHELL=/bin/sh", "MY_INIT_SERVICE=web"});
}

TEST_CASE("a command is looked for in the PATH of the service", "[app][launch]") {
  config::Execution execution{.command = {"tool", "-x"}};
  execution.environment = {{"PATH", "/opt/bin:/bin"}};
  const Programs programs = one_service(execution);
  const auto lines =
      std::make_shared<const EnvironmentLines>(config::Environment{{"PATH", "/usr/bin"}});
  const Launch launch(programs, lines, {}, kWeb);
  CHECK(words(launch.plan().arguments) == Words{"tool", "-x"});
  CHECK(words(launch.plan().candidates) == Words{"/opt/bin/tool", "/bin/tool"});
  CHECK(std::string(launch.plan().working_directory) == "/");
}

TEST_CASE("the main command keeps directory, input and umask and gets the terminal",
          "[app][launch]") {
  Programs programs;
  programs.main_command = {"/bin/sh"};
  const auto lines = std::make_shared<const EnvironmentLines>(config::Environment{{"A", "1"}});
  const core::Subject main_command{core::SubjectKind::main_command, 0};
  const Launch launch(programs, lines, {.empty_input = 9, .terminal = 5, .main_umask = 077},
                      main_command);
  CHECK(launch.plan().working_directory == nullptr);
  CHECK(launch.plan().standard_input == -1);
  CHECK(launch.plan().umask == 077);
  CHECK(launch.plan().session == os::SpawnSession::foreground_group);
  CHECK(words(launch.plan().environment) == Words{"A=1"});
}

TEST_CASE("a start-up file runs as itself in / with our own input", "[app][launch]") {
  Programs programs;
  programs.startup_files = {"/etc/my_init.d/10_first"};
  const auto lines = std::make_shared<const EnvironmentLines>(config::Environment{});
  const core::Subject file{core::SubjectKind::startup_file, 0};
  const Launch launch(programs, lines, {.empty_input = 9}, file);
  CHECK(words(launch.plan().arguments) == Words{"/etc/my_init.d/10_first"});
  CHECK(words(launch.plan().candidates) == Words{"/etc/my_init.d/10_first"});
  CHECK(launch.plan().standard_input == -1);
}
