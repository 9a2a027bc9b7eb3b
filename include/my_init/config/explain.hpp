#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/config/load.hpp"

namespace my_init::config {

/// A line of an effective definition, and where its value comes from.
struct ExplainedLine {
  std::string text;  ///< "stop_grace_period: 5s", indented as YAML
  std::string
      source;  ///< "/etc/services.d/web.yaml:7", "/etc/my_init.yaml:2 (defaults)", "default"
};

struct Explained {
  std::string place;  ///< where the service is defined
  /// Every key that has a value, in the order of key_notes(). As a file they are a definition that
  /// means the same; what has no effect on this service is a comment in it.
  std::vector<ExplainedLine> lines;
  std::vector<std::string_view> not_set;  ///< keys that have none
};

/// The effective definition of one service; nothing when there is none of that name. What load()
/// has to say of the same surroundings must be without errors.
[[nodiscard]] std::optional<Explained> explain(const Surroundings& surroundings,
                                               std::string_view name);

}  // namespace my_init::config
