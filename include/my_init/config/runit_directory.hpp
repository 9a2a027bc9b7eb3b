#pragma once

#include <string>
#include <vector>

#include "my_init/base/time.hpp"
#include "my_init/config/definition.hpp"

namespace my_init::config {

/// What the directories below one, such as /etc/service, say.
struct RunitServices {
  /// By the names of their directories, each with its logger, NAME.log, behind it. `file` is the
  /// directory.
  std::vector<ServiceDefinition> services;
  std::vector<std::string> unfinished;  ///< directories that have no `run` yet
  std::vector<std::string> unnamed;     ///< directories whose name is none for a service
};

/// Reads the directories NAME of `parent`, as runsvdir(8) and runsv(8) do: links are followed,
/// names with a dot in front and what is no directory are ignored. A parent that cannot be read is
/// empty. `grace` is what each has between SIGTERM and SIGKILL.
[[nodiscard]] RunitServices read_runit_directories(const std::string& parent, Duration grace);

}  // namespace my_init::config
