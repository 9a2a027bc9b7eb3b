#pragma once

#include <cstdint>
#include <string_view>

namespace my_init::core {

/// The actual state of a service, in the words that an operator sees everywhere.
enum class Phase : std::uint8_t {
  waiting,    ///< wanted; a dependency does not hold its condition yet
  starting,   ///< its hooks or its main process run, it is not ready
  running,    ///< ready
  stopping,   ///< asked to end, or ended with others of its group still there
  backoff,    ///< waits for the next start
  stopped,    ///< ended on request
  completed,  ///< ended for good with success
  failed,     ///< ended for good without
  skipped,    ///< a required dependency can no longer hold its condition
  disabled,   ///< enabled: false
  removed,    ///< its definition is gone, and so is it: an empty place, not to be shown
};

[[nodiscard]] std::string_view phase_name(Phase phase);

/// Whether a process of the service may exist in this phase.
[[nodiscard]] bool is_live(Phase phase);

/// Whether the phase is an end that only a request, or a new definition, changes: completed,
/// failed, skipped, disabled, removed.
[[nodiscard]] bool has_ended_for_good(Phase phase);

/// What its probes say about a service, apart from its phase.
enum class Health : std::uint8_t {
  none,      ///< nobody asks, or it does not run
  starting,  ///< no answer counts yet
  healthy,
  unhealthy,
};

[[nodiscard]] std::string_view health_name(Health health);

/// How far the container is, in order; a stage is never entered twice.
enum class Stage : std::uint8_t {
  startup,            ///< start-up files, one at a time
  loading,            ///< the definitions are being read
  running,            ///< services, then the main command
  pre_shutdown,       ///< hooks, everything is still up
  stopping_main,      ///< the main command got its signal
  stopping_services,  ///< in reverse order of their dependencies
  post_shutdown,      ///< hooks
  killing,            ///< SIGTERM to everything left, then SIGKILL
  finished,
};

[[nodiscard]] std::string_view stage_name(Stage stage);

}  // namespace my_init::core
