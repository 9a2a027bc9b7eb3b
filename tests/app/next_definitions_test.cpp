#include "my_init/app/next_definitions.hpp"

#include "catch.hpp"

using namespace my_init;
using namespace my_init::app;
using config::ServiceDefinition;
using core::Phase;
using core::event::Effect;

namespace {

ServiceDefinition defined(const std::string& name) {
  ServiceDefinition one;
  one.spec.name = name;
  one.execution.command = {"/bin/" + name};
  return one;
}

ServiceDefinition of_runit(const std::string& name, const std::string& logger = {}) {
  ServiceDefinition one = defined(name);
  one.execution.details.edit().runit = {.logger = logger, .is_logger = false};
  return one;
}

ServiceDefinition logger_of(const std::string& name) {
  ServiceDefinition one = defined(name + ".log");
  one.execution.details.edit().runit = {.logger = {}, .is_logger = true};
  return one;
}

/// Services in force, and what the core shows of them.
class Container {
 public:
  explicit Container(const std::vector<ServiceDefinition>& services) {
    for (const ServiceDefinition& service : services) {
      programs.services.push_back(service.execution);
      programs.service_names.push_back(service.spec.name);
      programs.asked.push_back(asked_of(service.spec));
      specs.push_back(service.spec);
      states.push_back({.phase = Phase::running, .wanted = true});
    }
  }

  [[nodiscard]] core::Snapshot seen() const { return {core::Stage::running, &specs, &states, {}}; }
  /// As the core does when nothing is in the way.
  void carry_out(const NextDefinitions::Plan& plan) {
    for (const auto& change : plan.event.changes) {
      const std::size_t place = core::index_of(change.service);
      specs.resize(std::max(specs.size(), place + 1));
      states.resize(specs.size(), {.phase = Phase::running, .wanted = true});
      specs[place] = change.spec;
      static_cast<void>(next.use(static_cast<std::uint32_t>(place)));
    }
    for (const ServiceId id : plan.event.removed)
      next.forget(static_cast<std::uint32_t>(core::index_of(id)));
  }
  void apply(const std::vector<ServiceDefinition>& wanted) {
    const auto plan = next.compare(wanted, seen());
    next.keep(plan, wanted);
    carry_out(plan);
  }

  Programs programs;
  NextDefinitions next{programs};
  std::vector<core::ServiceSpec> specs;
  std::vector<core::ServiceState> states;
};

ServiceChange change_of(const Container& box, const ServiceDefinition& wanted) {
  return box.next.compare({wanted}, box.seen()).services.front().change;
}

}  // namespace

TEST_CASE("equal definitions are unchanged wherever they stand", "[app][apply]") {
  const Container box({defined("web"), defined("db")});
  ServiceDefinition moved = defined("web");
  moved.file = "/etc/services.d/other.yaml";
  moved.line = 7;
  moved.description = "The web";
  const auto plan = box.next.compare({defined("db"), moved}, box.seen());
  CHECK(plan.event.changes.empty());
  CHECK(plan.event.removed.empty());
  CHECK(plan.services == std::vector<ChangedService>{{"db", ServiceChange::unchanged},
                                                     {"web", ServiceChange::unchanged}});
}

TEST_CASE("what matters for the next decision is an update", "[app][apply]") {
  const Container box({defined("web")});
  ServiceDefinition wanted = defined("web");
  SECTION("policy") {
    wanted.spec.restart.mode = core::RestartMode::no;
  }
  SECTION("back-off") {
    wanted.spec.restart_backoff.factor = 3;
  }
  SECTION("limit") {
    wanted.spec.restart_limit.count = 3;
  }
  SECTION("success") {
    wanted.spec.success_exit_codes = {0, 3};
  }
  SECTION("essential") {
    wanted.spec.essential = true;
  }
  SECTION("stop") {
    wanted.spec.stop_signal = SIGINT;
  }
  SECTION("grace") {
    wanted.spec.stop_grace_period = std::chrono::seconds{3};
  }
  SECTION("health") {
    wanted.spec.healthcheck = core::HealthCheck{};
  }
  SECTION("dependency") {
    wanted.spec.depends_on.push_back({.service = "db"});
  }
  SECTION("hook") {
    wanted.spec.hooks.post_stop = 1;
    wanted.execution.details.edit().post_stop = {{"/bin/true"}};
  }
  SECTION("schedule") {
    wanted.execution.details.edit().schedule = config::Schedule{};
  }
  SECTION("log format") {
    wanted.execution.output.edit().timestamps = true;
  }
  SECTION("log driver") {
    wanted.execution.output_driver = OutputDriver::none;
  }
  CHECK(change_of(box, wanted) == ServiceChange::updated);
  CHECK(box.next.compare({wanted}, box.seen()).event.changes.front().effect == Effect::live);
}

TEST_CASE("what the process was started with is a restart", "[app][apply]") {
  const Container box({defined("web")});
  ServiceDefinition wanted = defined("web");
  config::ExecutionDetails& details = wanted.execution.details.edit();
  SECTION("command") {
    wanted.execution.command.emplace_back("-v");
  }
  SECTION("environment") {
    wanted.execution.environment = {{"A", "1"}};
  }
  SECTION("inherited") {
    wanted.execution.inherit_environment.all = false;
  }
  SECTION("user") {
    wanted.execution.identity = Identity{};
  }
  SECTION("directory") {
    wanted.execution.working_dir = "/srv";
  }
  SECTION("umask") {
    wanted.execution.umask = 077;
  }
  SECTION("limits") {
    details.ulimits = {{1, 2, 3}};
  }
  SECTION("nice") {
    details.nice = 3;
  }
  SECTION("secrets") {
    details.secrets = {{"A", "/a"}};
  }
  SECTION("listen") {
    details.listen.emplace_back();
  }
  SECTION("ready way") {
    wanted.spec.ready.way = core::ReadyWay::notify;
  }
  SECTION("watchdog") {
    wanted.spec.watchdog = std::chrono::seconds{3};
  }
  SECTION("type") {
    wanted.spec.type = core::ServiceType::oneshot;
  }
  SECTION("inherited output") {
    wanted.execution.output_driver = OutputDriver::inherit;
  }
  CHECK(change_of(box, wanted) == ServiceChange::restarted);
  CHECK(box.next.compare({wanted}, box.seen()).event.changes.front().effect == Effect::restart);
}

TEST_CASE("a service that does not run is updated, not restarted", "[app][apply]") {
  Container box({defined("web")});
  ServiceDefinition wanted = defined("web");
  wanted.execution.command = {"/bin/other"};
  for (const Phase phase : {Phase::waiting, Phase::skipped, Phase::stopped}) {
    box.states[0].phase = phase;
    CHECK(change_of(box, wanted) == ServiceChange::updated);
  }
  for (const Phase phase : {Phase::backoff, Phase::failed, Phase::completed}) {
    box.states[0].phase = phase;
    CHECK(change_of(box, wanted) == ServiceChange::restarted);
  }
  box.states[0] = {.phase = Phase::stopping, .wanted = false};
  CHECK(change_of(box, wanted) == ServiceChange::updated);
}

TEST_CASE("enabled is what starts and stops", "[app][apply]") {
  Container box({defined("web")});
  ServiceDefinition wanted = defined("web");
  wanted.spec.enabled = false;
  CHECK(change_of(box, wanted) == ServiceChange::stopped);
  box.specs[0].enabled = false;
  box.states[0].phase = Phase::disabled;
  CHECK(change_of(box, wanted) == ServiceChange::unchanged);
  CHECK(change_of(box, defined("web")) == ServiceChange::started);
}

TEST_CASE("places are given to new services and used again", "[app][apply]") {
  Container box({defined("web"), defined("db")});
  const auto plan = box.next.compare({defined("web"), defined("job")}, box.seen());
  CHECK(plan.services == std::vector<ChangedService>{{"web", ServiceChange::unchanged},
                                                     {"job", ServiceChange::added},
                                                     {"db", ServiceChange::removed}});
  CHECK(plan.event.changes.front().service == ServiceId{2});
  CHECK(plan.event.removed == std::vector{ServiceId{1}});
  box.apply({defined("web"), defined("job")});
  CHECK(box.programs.service_names == std::vector<std::string>{"web", "", "job"});
  CHECK(box.programs.services[2].command == config::Command{"/bin/job"});
  box.apply({defined("web"), defined("job"), defined("more")});
  CHECK(box.programs.service_names == std::vector<std::string>{"web", "more", "job"});
}

TEST_CASE("what the core was told already is not told again", "[app][apply]") {
  Container box({defined("web"), defined("db")});
  ServiceDefinition other = defined("web");
  other.execution.command = {"/bin/other"};
  const std::vector<ServiceDefinition> wanted{other, defined("more")};
  const auto first = box.next.compare(wanted, box.seen());
  box.next.keep(first, wanted);
  const auto second = box.next.compare(wanted, box.seen());
  CHECK(second.event.changes.empty());
  CHECK(second.event.removed.empty());
  CHECK(box.programs.services[0].command == config::Command{"/bin/web"});
  const auto third = box.next.compare({other, defined("more"), defined("db")}, box.seen());
  CHECK(third.services.back() == ChangedService{"db", ServiceChange::added});
  CHECK(third.event.changes.front().service == ServiceId{1});
}

TEST_CASE("the summary says what is different and how much is not", "[app][apply]") {
  ApplyResult result;
  CHECK(result.summary() == "0 unchanged");
  result.services = {{"web", ServiceChange::restarted},
                     {"a", ServiceChange::unchanged},
                     {"worker", ServiceChange::added},
                     {"b", ServiceChange::unchanged}};
  CHECK(result.summary() == "web restarted, worker added, 2 unchanged");
  result.outcome = ApplyResult::Outcome::invalid;
  result.diagnostics.resize(2);
  CHECK(result.summary() == "2 errors, nothing was changed");
  result.outcome = ApplyResult::Outcome::not_now;
  result.reason = "the shutdown has begun";
  CHECK(result.summary() == "the shutdown has begun");
}

TEST_CASE("K12 in the scope of runit directories files are neither removed nor changed",
          "[app][apply]") {
  Container box({defined("web"), of_runit("old"), of_runit("kept")});
  const std::vector<ServiceDefinition> wanted{of_runit("kept"), of_runit("new")};
  const auto plan = box.next.compare(wanted, box.seen(), NextDefinitions::Scope::runit);
  CHECK(plan.services == std::vector<ChangedService>{{"kept", ServiceChange::unchanged},
                                                     {"new", ServiceChange::added},
                                                     {"old", ServiceChange::removed}});
  box.next.keep(plan, wanted);
  box.carry_out(plan);
  CHECK(box.programs.service_names == std::vector<std::string>{"web", "", "kept", "new"});
}

TEST_CASE("K12 a directory with the name of a service in a file is left out with its logger",
          "[app][apply]") {
  const Container box({defined("web"), defined("db.log"), of_runit("old")});
  std::vector<ServiceDefinition> found{of_runit("db", "db.log"), logger_of("db"),
                                       of_runit("old"),          of_runit("web", "web.log"),
                                       logger_of("web"),         of_runit("x", "x.log")};
  const auto names = [](const std::vector<ServiceDefinition>& some) {
    std::vector<std::string> all;
    for (const ServiceDefinition& one : some) all.push_back(one.spec.name);
    return all;
  };
  CHECK(names(box.next.take_out_clashes(found)) ==
        std::vector<std::string>{"db", "db.log", "web", "web.log"});
  CHECK(names(found) == std::vector<std::string>{"old", "x"});
}
