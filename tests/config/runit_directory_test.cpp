#include "my_init/config/runit_directory.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// Runit directories, made by a test and removed with it.
class Directories {
 public:
  Directories() {
    std::string pattern = (fs::temp_directory_path() / "my_init_runit.XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    root_ = fs::canonical(pattern).string();
    fs::create_directory(path("service"));
  }
  Directories(const Directories&) = delete;
  Directories& operator=(const Directories&) = delete;
  ~Directories() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  const Directories& script(const std::string& name, mode_t mode = 0755) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name)) << "#!/bin/sh\n";
    REQUIRE(::chmod(path(name).c_str(), mode) == 0);
    return *this;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return root_ + '/' + name; }
  [[nodiscard]] RunitServices read() const { return read_runit_directories(path("service"), 5s); }
  [[nodiscard]] ServiceDefinition only() const {
    const RunitServices found = read();
    REQUIRE(found.services.size() == 1);
    return found.services[0];
  }

 private:
  std::string root_;
};

Names names_of(const std::vector<ServiceDefinition>& services) {
  Names names;
  for (const ServiceDefinition& service : services) names.push_back(service.spec.name);
  return names;
}

}  // namespace

TEST_CASE("K10 directories with a run are services, and links to such", "[config][runit]") {
  const Directories tree;
  tree.script("service/web/run").script("elsewhere/run").script("service/.hidden/run");
  tree.script("service/README");
  fs::create_directory_symlink(tree.path("elsewhere"), tree.path("service/linked"));
  fs::create_directory_symlink(tree.path("nowhere"), tree.path("service/dangling"));
  fs::create_directory(tree.path("service/empty"));
  fs::create_directory(tree.path("service/a b"));
  tree.script("service/a b/run");
  const RunitServices found = tree.read();
  CHECK(names_of(found.services) == Names{"linked", "web"});
  CHECK(found.services[0].execution.working_dir == tree.path("elsewhere"));
  CHECK(found.services[0].file == tree.path("service/linked"));
  CHECK(found.unfinished == Names{tree.path("service/empty")});
  CHECK(found.unnamed == Names{tree.path("service/a b")});
}

TEST_CASE("a parent of runit directories that is not there is empty", "[config][runit]") {
  const RunitServices found = read_runit_directories("/nowhere/service", 5s);
  CHECK(found.services.empty());
  CHECK(found.unfinished.empty());
}

TEST_CASE("K10 a runit service runs ./run for ever, at once or on a beat of 1 s",
          "[config][runit]") {
  const Directories tree;
  tree.script("service/web/run");
  const ServiceDefinition web = tree.only();
  CHECK(web.execution.command == Command{"./run"});
  CHECK(web.spec.enabled);
  CHECK(web.spec.restart.mode == core::RestartMode::always);
  CHECK(web.spec.restart_backoff.initial == 1s);
  CHECK(web.spec.restart_backoff.max == 1s);
  CHECK(web.spec.restart_backoff.jitter == 0);
  CHECK(web.spec.restart_backoff.reset_after == 1s);
  CHECK(web.spec.restart_backoff.at_once_after_reset);
  CHECK(web.spec.stop_grace_period == 5s);
  CHECK(web.spec.hooks == core::HookCounts{});
  CHECK(web.execution.details->runit == RunitPart{});
}

TEST_CASE("K11 the scripts beside run are hooks, check is a health check that only tells",
          "[config][runit]") {
  const Directories tree;
  for (const char* name : {"run", "finish", "check", "control/t", "control/h", "down"})
    tree.script("service/web/" + std::string(name));
  const ServiceDefinition web = tree.only();
  const ExecutionDetails& details = *web.execution.details;
  CHECK_FALSE(web.spec.enabled);
  CHECK(web.spec.hooks == core::HookCounts{.pre_stop = 1, .post_stop = 1});
  CHECK(web.spec.pre_stop_may_signal);
  CHECK(details.pre_stop == std::vector<Command>{{"./control/t"}});
  CHECK(details.post_stop == std::vector<Command>{{"./finish"}});
  CHECK(web.spec.has_reload_command);
  CHECK(details.reload_command == Command{"./control/h"});
  REQUIRE(web.spec.healthcheck.has_value());
  CHECK(web.spec.healthcheck->on_failure == core::OnUnhealthy::none);
  CHECK(details.healthcheck.command == Command{"./check"});
}

TEST_CASE("control scripts and check count only when they are executable", "[config][runit]") {
  const Directories tree;
  tree.script("service/web/run");
  for (const char* name : {"check", "control/t", "control/h"})
    tree.script("service/web/" + std::string(name), 0644);
  const ServiceDefinition web = tree.only();
  CHECK(web.spec.hooks == core::HookCounts{});
  CHECK_FALSE(web.spec.has_reload_command);
  CHECK_FALSE(web.spec.healthcheck.has_value());
}

TEST_CASE("K11 log/run is a service that is stopped behind the one it reads from",
          "[config][runit]") {
  const Directories tree;
  tree.script("service/web/run").script("service/web/log/run").script("service/web/log/down");
  const RunitServices found = tree.read();
  REQUIRE(names_of(found.services) == Names{"web", "web.log"});
  const ServiceDefinition& web = found.services[0];
  const ServiceDefinition& logger = found.services[1];
  CHECK(web.spec.depends_on ==
        std::vector<core::Dependency>{{"web.log", core::Condition::ordered, false, false}});
  CHECK(web.execution.details->runit == RunitPart{.logger = "web.log", .is_logger = false});
  CHECK(logger.execution.details->runit == RunitPart{.logger = {}, .is_logger = true});
  CHECK(logger.execution.working_dir == tree.path("service/web/log"));
  CHECK_FALSE(logger.spec.enabled);
}

TEST_CASE("K10 files and runit directories are one graph", "[config][runit]") {
  const Directories runit;
  runit.script("service/db/run").script("service/db/log/run").script("service/a b/run");
  const DefinitionTree tree;
  tree.write("web.yaml", "command: web\ndepends_on: [db]\n");
  Surroundings surroundings = tree.surroundings();
  surroundings.runit_dir = runit.path("service");
  surroundings.runit_grace = 7s;
  const Loaded loaded = load(surroundings);
  CHECK(loaded.ok());
  CHECK(names_of(loaded.services) == Names{"web", "db", "db.log"});
  CHECK(loaded.services[1].spec.stop_grace_period == 7s);
  CHECK(tree.rendered(loaded) == runit.path("service/a b") +
                                     ": warning: 'a b' is no name for a service: the directory is "
                                     "ignored\n");
}

TEST_CASE("a name in a file and in a runit directory is an error that names both",
          "[config][runit]") {
  const Directories runit;
  runit.script("service/web/run");
  const DefinitionTree tree;
  tree.write("web.yaml", "command: web\n");
  Surroundings surroundings = tree.surroundings();
  surroundings.runit_dir = runit.path("service");
  const Loaded loaded = load(surroundings);
  CHECK_FALSE(loaded.ok());
  CHECK(tree.rendered(loaded) ==
        runit.path("service/web") +
            ": error: service 'web' is defined twice: first in web.yaml:1\n");
}
