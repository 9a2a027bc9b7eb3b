#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "my_init/base/log_level.hpp"
#include "my_init/base/time.hpp"

namespace my_init::config {

/// Where svctl finds us, and who may use it. Each value is nothing where the file is silent.
struct ControlSettings {
  std::optional<std::string> path;  ///< absolute
  std::optional<mode_t> mode;
  std::optional<std::string> group;  ///< a name or a decimal gid, not looked up

  friend bool operator==(const ControlSettings&, const ControlSettings&) = default;
};

/// /etc/my_init.yaml. Each value is nothing where the file is silent, so that flag over variable
/// over file over default is decided in one place (app::Options).
struct GlobalSettings {
  std::optional<LogFormat> log_format;
  std::optional<LogLevel> log_level;
  std::optional<bool> log_timestamps;
  std::optional<Duration> shutdown_timeout;
  std::optional<bool> cgroups;  ///< each service gets one, where that can be
  ControlSettings control;

  friend bool operator==(const GlobalSettings&, const GlobalSettings&) = default;
};

}  // namespace my_init::config
