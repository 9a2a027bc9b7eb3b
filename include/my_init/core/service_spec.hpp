#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "my_init/base/time.hpp"
#include "my_init/core/restart_spec.hpp"

namespace my_init::core {

enum class ServiceType : std::uint8_t {
  simple,
  oneshot,
  forking,  ///< its main process ends with success once a daemon of its own runs
};

/// When a dependency is met; the words and meanings of the Compose Specification (depends_on).
enum class Condition : std::uint8_t {
  started,    ///< service_started: its exec succeeded
  healthy,    ///< service_healthy: ready, and its health check, if any, passes
  completed,  ///< service_completed_successfully
  ordered,    ///< always: started before and stopped after, as the logger of a runit directory
};

/// An edge of the dependency graph, by name as written; the supervisor resolves it.
struct Dependency {
  std::string service;
  Condition condition = Condition::started;
  bool required = true;  ///< false: soft, waits until the condition is met or can no longer be met
  bool restart = false;  ///< restart the dependent after the dependency restarted

  friend bool operator==(const Dependency&, const Dependency&) = default;
};

/// How a service tells that it is ready, after its exec.
enum class ReadyWay : std::uint8_t {
  exec,     ///< exec succeeded: nothing more is waited for
  notify,   ///< READY=1, sd_notify(3)
  fd,       ///< a newline on a descriptor, as s6 has it
  log,      ///< a line of its output matches
  tcp,      ///< polled: a connection is accepted
  http,     ///< polled: 2xx or 3xx
  command,  ///< polled: it exits with 0
  file,     ///< polled: it exists
};

struct Readiness {
  ReadyWay way = ReadyWay::exec;
  Duration timeout = std::chrono::seconds{60};  ///< from the spawn; then the start has failed
  Duration interval = std::chrono::milliseconds{200};  ///< from the end of a probe to the next

  friend bool operator==(const Readiness&, const Readiness&) = default;
};

enum class OnUnhealthy : std::uint8_t { restart, none, shutdown };

/// Keys and meanings of the Compose Specification (healthcheck), which are the Dockerfile's.
struct HealthCheck {
  Duration interval = std::chrono::seconds{30};
  Duration timeout = std::chrono::seconds{5};
  std::uint32_t retries = 3;  ///< failures in a row that make it unhealthy
  Duration start_period{};    ///< from ready; failures within it do not count until one success
  Duration start_interval = std::chrono::seconds{1};  ///< instead of interval within start_period
  OnUnhealthy on_failure = OnUnhealthy::restart;

  friend bool operator==(const HealthCheck&, const HealthCheck&) = default;
};

/// How many commands each hook has; they run in order, as the service's user.
struct HookCounts {
  std::uint16_t pre_start = 0;
  std::uint16_t post_start = 0;
  std::uint16_t pre_stop = 0;
  std::uint16_t post_stop = 0;

  friend bool operator==(const HookCounts&, const HookCounts&) = default;
};

/// What becomes of a scheduled start while the run before is still at work.
enum class Overlap : std::uint8_t { skip, queue, kill };

/// Whom the stop signal reaches: mixed = the main process, then what is left of its group and its
/// strays get SIGTERM; group = the whole group; process = the main process, nothing is swept.
enum class KillMode : std::uint8_t { mixed, group, process };

/// What the supervisor must know to decide about one service. How its process is made is
/// config::Execution.
struct ServiceSpec {
  std::string name;
  ServiceType type = ServiceType::simple;
  bool enabled = true;  ///< false: shown as disabled, started only by hand
  std::vector<Dependency> depends_on;
  RestartPolicy restart;
  std::vector<std::uint8_t> success_exit_codes{0};
  Backoff restart_backoff;
  RestartLimit restart_limit;
  bool essential = false;  ///< when it has ended for good, the container shuts down with its code
  int stop_signal = SIGTERM;
  /// Time between stop_signal and SIGKILL; Compose's default.
  Duration stop_grace_period = std::chrono::seconds{10};
  KillMode kill_mode = KillMode::mixed;
  Readiness ready;
  Duration watchdog{};  ///< longest time between two WATCHDOG=1; 0 = none
  std::optional<HealthCheck> healthcheck;
  HookCounts hooks;
  bool pre_stop_may_signal = false;  ///< a pre_stop hook that succeeds stands for the stop signal
  int reload_signal = SIGHUP;
  bool has_reload_command = false;  ///< run instead of the signal
  bool scheduled = false;           ///< oneshot, started by event::ScheduleDue
  Overlap schedule_overlap = Overlap::skip;

  friend bool operator==(const ServiceSpec&, const ServiceSpec&) = default;
};

}  // namespace my_init::core
