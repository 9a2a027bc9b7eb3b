#pragma once

#include "my_init/config/load_context.hpp"

namespace my_init::config {

/// What /etc/my_init.yaml says.
struct GlobalFile {
  GlobalSettings settings;
  Place shutdown_timeout;    ///< where it is written
  Node* defaults = nullptr;  ///< a map of service keys, not yet checked; nullptr when there is none
};

/// Which parts of the global file are looked at.
enum class GlobalPart { settings, all };

/// Must be the first file that the context reads. What is wrong is reported.
[[nodiscard]] GlobalFile read_global_file(const std::string& path, GlobalPart part,
                                          LoadContext& context);

}  // namespace my_init::config
