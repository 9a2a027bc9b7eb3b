#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "my_init/base/time.hpp"

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
};

/// An edge of the dependency graph, by name as written; the supervisor resolves it.
struct Dependency {
  std::string service;
  Condition condition = Condition::started;
  bool required = true;  ///< false: soft, waits until the condition is met or can no longer be met
  bool restart = false;  ///< restart the dependent after the dependency restarted

  friend bool operator==(const Dependency&, const Dependency&) = default;
};

enum class RestartMode : std::uint8_t { no, always, on_failure, unless_stopped };

struct RestartPolicy {
  RestartMode mode = RestartMode::always;
  std::uint32_t max_retries = 0;  ///< on-failure:N, failures in a row; 0 = no bound

  friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};

/// Delays between the end of a run and the next start: initial, initial*factor, ... up to max, each
/// moved by up to +-jitter (a share, 0.1 = 10 %). A run of reset_after or longer begins the row
/// anew.
struct Backoff {
  Duration initial = std::chrono::milliseconds{100};
  double factor = 2;
  Duration max = std::chrono::seconds{30};
  double jitter = 0.1;
  Duration reset_after = std::chrono::seconds{10};

  friend bool operator==(const Backoff&, const Backoff&) = default;
};

enum class LimitEnd : std::uint8_t { fail, shutdown, retry_after };

/// At most `count` restarts within any `window`; then what `then` says. count 0 = no limit.
struct RestartLimit {
  std::uint32_t count = 0;
  Duration window = std::chrono::seconds{60};
  LimitEnd then = LimitEnd::fail;
  Duration retry_after{};  ///< only with LimitEnd::retry_after

  friend bool operator==(const RestartLimit&, const RestartLimit&) = default;
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
  int reload_signal = SIGHUP;
  bool has_reload_command = false;  ///< run instead of the signal
  bool scheduled = false;           ///< oneshot, started by event::ScheduleDue
  Overlap schedule_overlap = Overlap::skip;

  friend bool operator==(const ServiceSpec&, const ServiceSpec&) = default;
};

}  // namespace my_init::core
