#pragma once

#include <string_view>
#include <vector>

#include "my_init/base/time.hpp"
#include "my_init/config/load_context.hpp"

namespace my_init::config {

/// Reports dependencies on services that do not exist (those in `unselected` have profiles that are
/// not selected) and cycles, and doubtful conditions as warnings. Takes soft dependencies on what
/// is not there away. In linear time.
void check_dependencies(std::vector<Draft>& drafts, const std::vector<std::string_view>& unselected,
                        Report& report);

/// Warns, at `place`, when the services that must stop one after the other may together take longer
/// than `budget`. There must be no cycle.
void check_budget(const std::vector<Draft>& drafts, Duration budget, Place place, Report& report);

}  // namespace my_init::config
