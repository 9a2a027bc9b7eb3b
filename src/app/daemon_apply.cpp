#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "my_init/app/daemon.hpp"
#include "my_init/app/definitions.hpp"
#include "my_init/config/runit_directory.hpp"
#include "my_init/os/memory.hpp"
#include "my_init/os/standard_streams.hpp"

// The definitions are taken up, and read again while services run.

namespace my_init::app {
namespace {

/// Why definitions cannot be applied now; empty when they can.
std::string_view obstacle(core::Stage stage, const Settings& settings) {
  if (stage > core::Stage::running) return "the shutdown has begun";
  if (stage < core::Stage::running) return "they have not been read for the first time yet";
  if (!settings.start_services) return "services are switched off (--skip-runit)";
  return {};
}

}  // namespace

/// Keeps how the services are made; what the core has to know is the answer.
std::vector<core::ServiceSpec> Daemon::use_services(
    std::vector<config::ServiceDefinition> definitions) {
  std::vector<core::ServiceSpec> specs;
  specs.reserve(definitions.size());
  programs_.services.reserve(definitions.size());
  programs_.service_names.reserve(definitions.size());
  programs_.asked.reserve(definitions.size());
  bool has_user = false;
  for (config::ServiceDefinition& definition : definitions) {
    has_user = has_user || definition.execution.identity.has_value();
    programs_.service_names.push_back(definition.spec.name);
    programs_.asked.push_back(asked_of(definition.spec));
    programs_.services.push_back(std::move(definition.execution));
    specs.push_back(std::move(definition.spec));
  }
  if (has_user) os::share_output_streams();
  if (settings_.use_cgroups) executor_.cgroups().use();
  executor_.use_services();
  schedules_.begin();
  return specs;
}

ApplyResult Daemon::apply(ApplyMode mode) {
  const core::Snapshot seen = supervisor_.snapshot();
  ApplyResult result;
  result.reason = obstacle(seen.stage, settings_);
  if (!result.reason.empty()) {
    result.outcome = ApplyResult::Outcome::not_now;
    if (mode == ApplyMode::commit) tell(result, places_of_definitions());
    return result;
  }
  EnvironmentDirectory directory = environment_directory_;
  EnvironmentDirectory::Outcome read = directory.read_again(environment_);
  const Settings settings = resolve(options_, read.environment, {}).settings;
  config::Loaded loaded = load_definitions(settings, read.environment);
  const bool is_valid = loaded.ok();
  result.diagnostics = std::move(loaded.diagnostics);
  result.outcome = is_valid ? ApplyResult::Outcome::done : ApplyResult::Outcome::invalid;
  NextDefinitions::Plan plan;
  if (is_valid) {
    plan = next_definitions_.compare(loaded.services, seen);
    result.services = plan.services;
  }
  if (mode == ApplyMode::dry_run) return result;
  tell(result, places_of_definitions());
  if (!is_valid) return result;

  environment_directory_ = std::move(directory);
  warn(environment_directory_.publish(read.environment));
  use_environment(std::move(read));
  settle_settings(loaded.settings);
  runit_watch_.watch(settings_.runit_dir, loaded.unfinished);
  const auto has_user = [](const config::ServiceDefinition& definition) {
    return definition.execution.identity.has_value();
  };
  if (std::ranges::any_of(loaded.services, has_user)) os::share_output_streams();
  next_definitions_.keep(plan, std::move(loaded.services));
  plan.event.shutdown_timeout = settings_.shutdown_timeout.value_or(Duration::zero());
  inbox_.push(std::move(plan.event));
  os::release_unused_memory();
  return result;
}

void Daemon::use_environment(EnvironmentDirectory::Outcome result) {
  environment_ = std::move(result.environment);
  executor_.use_environment(environment_);
  warn(result.warnings);
}

/// Runit directories have come or gone: nothing else is read again.
void Daemon::follow_runit_directories() {
  const core::Snapshot seen = supervisor_.snapshot();
  if (!obstacle(seen.stage, settings_).empty()) return;
  config::RunitServices found =
      config::read_runit_directories(settings_.runit_dir, settings_.runit_grace());
  runit_watch_.watch(settings_.runit_dir, found.unfinished);
  for (const config::ServiceDefinition& clash : next_definitions_.take_out_clashes(found.services))
    log_.write(LogLevel::warning, "definition",
               fmt::format("{} is ignored: there is a service or a logger of that name in {}",
                           clash.file, places_of_definitions()));
  NextDefinitions::Plan plan =
      next_definitions_.compare(found.services, seen, NextDefinitions::Scope::runit);
  if (plan.event.changes.empty() && plan.event.removed.empty()) return;
  ApplyResult result;
  result.services = plan.services;
  tell(result, settings_.runit_dir);
  next_definitions_.keep(plan, std::move(found.services));
  plan.event.shutdown_timeout = settings_.shutdown_timeout.value_or(Duration::zero());
  inbox_.push(std::move(plan.event));
  os::release_unused_memory();
}

std::string Daemon::places_of_definitions() const {
  return fmt::format("{}", fmt::join(settings_.services_dirs, ", "));
}

void Daemon::tell(const ApplyResult& result, const std::string& what) {
  for (const config::Diagnostic& diagnostic : result.diagnostics)
    write_diagnostic(log_, diagnostic);
  switch (result.outcome) {
    case ApplyResult::Outcome::done:
      log_.write(LogLevel::info, "definitions_applied",
                 fmt::format("Re-read {}: {}", what, result.summary()));
      break;
    case ApplyResult::Outcome::invalid:
      log_.write(LogLevel::error, "definitions_refused",
                 fmt::format("cannot apply {}: {}", what, result.summary()));
      break;
    case ApplyResult::Outcome::not_now:
      log_.write(LogLevel::warning, "definitions_not_applied",
                 fmt::format("cannot apply {}: {}", what, result.summary()));
      break;
  }
}

void Daemon::perform(const core::action::UseDefinition& action) {
  const auto service = static_cast<std::uint32_t>(core::index_of(action.service));
  const config::Execution before = next_definitions_.use(service);
  executor_.use_service(service, before);
  schedules_.replace(service, before.details->schedule);
}

void Daemon::perform(const core::action::ForgetService& action) {
  const auto service = static_cast<std::uint32_t>(core::index_of(action.service));
  executor_.forget_service(service);
  schedules_.forget(service);
  status_.forget(service);
  next_definitions_.forget(service);
}

}  // namespace my_init::app
