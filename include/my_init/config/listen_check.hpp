#pragma once

#include <vector>

#include "my_init/config/load_context.hpp"

namespace my_init::config {

/// Reports each socket whose address another one has already, be it of the same service. An address
/// that stands for all of its family has every one of them at its port. In linear time.
void check_listen(const std::vector<Draft>& drafts, Report& report);

}  // namespace my_init::config
