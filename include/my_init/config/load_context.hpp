#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/config/arena.hpp"
#include "my_init/config/env_file.hpp"
#include "my_init/config/interpolation.hpp"
#include "my_init/config/load.hpp"
#include "my_init/config/node.hpp"
#include "my_init/config/report.hpp"

namespace my_init::config {

/// What one load() works with.
struct LoadContext {
  explicit LoadContext(const Surroundings& given);

  const Surroundings& surroundings;
  Lookup lookup;  ///< in the container's environment
  Arena arena;
  Report report;
  EnvFiles env_files;
};

/// A service as far as one definition tells; what other services must say to it comes later.
struct Draft {
  ServiceDefinition definition;
  Place place;  ///< where it is defined
  std::vector<std::string_view> profiles;
  std::vector<Place> dependency_places;  ///< parallel to definition.spec.depends_on
  std::vector<Place> listen_places;      ///< parallel to definition.execution.listen
  Place output_path;                     ///< where the log file is named, with driver file
};

/// A Draft in the making. Keys that must be seen together are kept until all were read.
struct Reading {
  LoadContext& context;
  Draft& draft;
  const Node* restart = nullptr;
  const Node* user = nullptr;
  const Node* group_add = nullptr;
  const Node* env_file = nullptr;
  const Node* environment = nullptr;
  const Node* secrets = nullptr;
  const Node* cap_drop = nullptr;
  const Node* cap_add = nullptr;
  const Node* pid_file = nullptr;
  const Node* ready = nullptr;
  const Node* watchdog = nullptr;
  const Node* reload_signal = nullptr;
  const Node* reload_command = nullptr;
  const Node* schedule = nullptr;
  const Node* schedule_overlap = nullptr;
  const Node* timezone = nullptr;

  [[nodiscard]] Report& report() const { return context.report; }
};

/// Reads the value of one key of a service.
using KeyReader = void (*)(std::string_view key, const Node& value, Reading& reading);

}  // namespace my_init::config
