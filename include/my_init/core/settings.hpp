#pragma once

#include <cstdint>
#include <optional>

#include "my_init/base/time.hpp"

namespace my_init::core {

/// What the command line, the variables and the global file decide about the container's life.
struct Settings {
  bool run_startup_files = true;
  bool run_services = true;   ///< false: no services and no hooks
  bool main_command = false;  ///< there is one
  bool kill_everyone = true;  ///< false: processes that are not ours are left alone at the end
  /// For the main command and start-up files after their signal, for a hook in all; nothing = no
  /// limit.
  std::optional<Duration> process_grace = std::chrono::seconds{30};
  /// From SIGTERM to SIGKILL in the last phase; nothing = no limit.
  std::optional<Duration> everyone_grace = std::chrono::seconds{30};
  /// From the first request to the last exit; 0 = each step has its own limit only.
  Duration shutdown_timeout{};
  std::uint64_t seed = 1;  ///< of the back-off's jitter

  friend bool operator==(const Settings&, const Settings&) = default;
};

}  // namespace my_init::core
