#pragma once

#include <string>

#include "command.hpp"

namespace my_init::svctl {

struct HealthVerdict {
  bool is_good = false;
  std::string text;  ///< "ready", or a sentence that says why not; without newline at its end
};

/// live: my_init does not shut down. ready: every service is up. healthy: ready, and every check
/// passes.
[[nodiscard]] HealthVerdict judge_health(const protocol::answer::Services& answer,
                                         HealthQuestion question);

}  // namespace my_init::svctl
