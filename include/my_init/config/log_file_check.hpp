#pragma once

#include <vector>

#include "my_init/config/load_context.hpp"

namespace my_init::config {

/// Reports each log file that another service has already, as they would rotate it under one
/// another, and warns of those on a read-only file system.
void check_log_files(const std::vector<Draft>& drafts, LoadContext& context);

}  // namespace my_init::config
