#include "my_init/app/programs.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "my_init/app/probe.hpp"

namespace my_init::app {
namespace {

const std::vector<std::string> kNoFiles;

/// What the probe applet is called with; see probe.hpp.
config::Command command_of(const config::Probe& probe) {
  switch (probe.kind) {
    case config::Probe::Kind::command:
      return probe.command;
    case config::Probe::Kind::tcp:
      return {std::string(kProbeProgram), "tcp", probe.target};
    case config::Probe::Kind::http:
      return {std::string(kProbeProgram), "http", probe.target};
    case config::Probe::Kind::file:
      break;  // we look ourselves
  }
  return {};
}

}  // namespace

Programs::Asked asked_of(const core::ServiceSpec& spec) {
  return {spec.ready.way, spec.watchdog, spec.type};
}

const std::vector<std::string>& Programs::files(core::SubjectKind kind) const {
  switch (kind) {
    case core::SubjectKind::startup_file:
      return startup_files;
    case core::SubjectKind::pre_shutdown_hook:
      return pre_shutdown_hooks;
    case core::SubjectKind::post_shutdown_hook:
      return post_shutdown_hooks;
    case core::SubjectKind::service:
    case core::SubjectKind::main_command:
    case core::SubjectKind::pre_start_hook:
    case core::SubjectKind::post_start_hook:
    case core::SubjectKind::pre_stop_hook:
    case core::SubjectKind::post_stop_hook:
    case core::SubjectKind::reload_command:
    case core::SubjectKind::readiness_probe:
    case core::SubjectKind::health_probe:
      break;
  }
  return kNoFiles;
}

std::vector<std::string>& Programs::files(core::SubjectKind kind) {
  switch (kind) {
    case core::SubjectKind::pre_shutdown_hook:
      return pre_shutdown_hooks;
    case core::SubjectKind::post_shutdown_hook:
      return post_shutdown_hooks;
    case core::SubjectKind::startup_file:
    case core::SubjectKind::service:
    case core::SubjectKind::main_command:
    case core::SubjectKind::pre_start_hook:
    case core::SubjectKind::post_start_hook:
    case core::SubjectKind::pre_stop_hook:
    case core::SubjectKind::post_stop_hook:
    case core::SubjectKind::reload_command:
    case core::SubjectKind::readiness_probe:
    case core::SubjectKind::health_probe:
      break;
  }
  return startup_files;
}

config::Command Programs::command_beside(core::Subject subject) const {
  const config::ExecutionDetails& service = *services[subject.index].details;
  switch (subject.kind) {
    case core::SubjectKind::pre_start_hook:
      return service.pre_start[subject.part];
    case core::SubjectKind::post_start_hook:
      return service.post_start[subject.part];
    case core::SubjectKind::pre_stop_hook:
      return service.pre_stop[subject.part];
    case core::SubjectKind::post_stop_hook:
      return service.post_stop[subject.part];
    case core::SubjectKind::reload_command:
      return service.reload_command;
    case core::SubjectKind::readiness_probe:
      return command_of(service.ready.probe);
    case core::SubjectKind::health_probe:
      return command_of(service.healthcheck);
    case core::SubjectKind::service:
    case core::SubjectKind::main_command:
    case core::SubjectKind::startup_file:
    case core::SubjectKind::pre_shutdown_hook:
    case core::SubjectKind::post_shutdown_hook:
      break;  // these run by themselves
  }
  return {};
}

std::string Programs::name_of(core::Subject subject) const {
  const auto beside = [&](std::string_view what) {
    return fmt::format("{}'s {}", service_names[subject.index], what);
  };
  switch (subject.kind) {
    case core::SubjectKind::service:
      return subject.index < service_names.size() ? service_names[subject.index] : "?";
    case core::SubjectKind::main_command:
      return main_command.empty() ? "main command" : main_command.front();
    case core::SubjectKind::startup_file:
    case core::SubjectKind::pre_shutdown_hook:
    case core::SubjectKind::post_shutdown_hook:
      break;
    case core::SubjectKind::pre_start_hook:
      return beside("pre_start hook");
    case core::SubjectKind::post_start_hook:
      return beside("post_start hook");
    case core::SubjectKind::pre_stop_hook:
      return beside("pre_stop hook");
    case core::SubjectKind::post_stop_hook:
      return beside("post_stop hook");
    case core::SubjectKind::reload_command:
      return beside("reload command");
    case core::SubjectKind::readiness_probe:
      return beside("readiness probe");
    case core::SubjectKind::health_probe:
      return beside("health check");
  }
  const std::vector<std::string>& paths = files(subject.kind);
  return subject.index < paths.size() ? paths[subject.index] : "?";
}

}  // namespace my_init::app
