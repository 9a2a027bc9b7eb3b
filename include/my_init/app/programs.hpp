#pragma once

#include <string>
#include <vector>

#include "my_init/config/definition.hpp"
#include "my_init/core/event.hpp"

namespace my_init::app {

/// What is to be run for each subject of the core.
struct Programs {
  std::vector<config::Execution> services;
  std::vector<std::string> service_names;
  /// What is to be opened for a service's words to us.
  struct Asked {
    core::ReadyWay ready = core::ReadyWay::exec;
    Duration watchdog{};
    core::ServiceType type = core::ServiceType::simple;
  };
  std::vector<Asked> asked;  ///< of each service
  std::vector<std::string> main_command;
  std::vector<std::string> startup_files;
  std::vector<std::string> pre_shutdown_hooks;
  std::vector<std::string> post_shutdown_hooks;

  /// The paths of one kind of files; empty for services and the main command.
  [[nodiscard]] const std::vector<std::string>& files(core::SubjectKind kind) const;
  [[nodiscard]] std::vector<std::string>& files(core::SubjectKind kind);

  /// The argv of what runs beside a service: a hook, the reload command, a probe.
  [[nodiscard]] config::Command command_beside(core::Subject subject) const;

  /// What log lines call a subject: the service's name, the file's path, the command's first word,
  /// "web's pre_start hook".
  [[nodiscard]] std::string name_of(core::Subject subject) const;
};

/// What a service is asked for by its definition.
[[nodiscard]] Programs::Asked asked_of(const core::ServiceSpec& spec);

}  // namespace my_init::app
