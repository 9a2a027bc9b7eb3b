#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "my_init/base/account.hpp"
#include "my_init/base/log_level.hpp"
#include "my_init/core/service_spec.hpp"

namespace my_init::config {

/// Which of the container's variables a service inherits.
struct InheritEnvironment {
  bool all = true;
  std::vector<std::string> patterns;  ///< names and globs (fnmatch), when not all

  friend bool operator==(const InheritEnvironment&, const InheritEnvironment&) = default;
};

/// How a service's process is made: everything about it that the core does not decide.
struct Execution {
  std::vector<std::string> command;  ///< argv, at least one word
  std::string working_dir;           ///< absolute; empty = /
  std::optional<Identity> identity;  ///< nothing: our own ids
  std::vector<gid_t> extra_groups;   ///< group_add without user
  InheritEnvironment inherit_environment;
  /// env_file, then environment, already merged: the last assignment of a name is the one kept.
  std::vector<std::pair<std::string, std::string>> environment;
  std::optional<mode_t> umask;
  std::optional<std::uint64_t>
      capabilities;  ///< cap_drop and cap_add: the bits kept; nothing: untouched
  bool no_new_privileges = false;

  friend bool operator==(const Execution&, const Execution&) = default;
};

/// One checked service definition.
struct ServiceDefinition {
  core::ServiceSpec spec;
  Execution execution;
  std::string description;
  std::string file;  ///< where it was defined
  int line = 0;      ///< 1-based

  friend bool operator==(const ServiceDefinition&, const ServiceDefinition&) = default;
};

/// /etc/my_init.yaml. Each value is nothing where the file is silent, so that flag over variable
/// over file over default is decided in one place (app::Options).
struct GlobalSettings {
  std::optional<LogFormat> log_format;
  std::optional<LogLevel> log_level;
  std::optional<bool> log_timestamps;
  std::optional<Duration> shutdown_timeout;

  friend bool operator==(const GlobalSettings&, const GlobalSettings&) = default;
};

}  // namespace my_init::config
