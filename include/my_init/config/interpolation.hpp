#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/config/arena.hpp"
#include "my_init/config/load.hpp"
#include "my_init/config/node.hpp"
#include "my_init/config/report.hpp"

namespace my_init::config {

/// The value of a variable; nothing when it is not set.
using Lookup = std::function<std::optional<std::string_view>(std::string_view)>;

/// The last value of `name` in the environment.
[[nodiscard]] std::optional<std::string_view> value_of(const Environment& environment,
                                                       std::string_view name);

struct Interpolated {
  std::string text;
  std::vector<std::string> unset;    ///< variables without value and default, each time
  std::optional<std::string> error;  ///< then the text means nothing
};

/// Compose's: $VAR ${VAR} ${VAR:-default} ${VAR-default} ${VAR:?message} ${VAR?message}
/// ${VAR:+other} ${VAR+other} $$; what follows the operator is interpolated too.
[[nodiscard]] Interpolated interpolate(std::string_view text, const Lookup& lookup);

/// The same in every string value of a tree, in place; keys stay. Errors, and unset variables as
/// warnings, are reported.
void interpolate_tree(Node& root, const Lookup& lookup, Arena& arena, Report& report);

}  // namespace my_init::config
