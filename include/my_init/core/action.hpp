#pragma once

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "my_init/base/exit_status.hpp"
#include "my_init/base/ids.hpp"
#include "my_init/base/time.hpp"
#include "my_init/core/event.hpp"
#include "my_init/core/probe_outcome.hpp"

namespace my_init::core {

/// What a line of the log, or of a status, is about. The words are the app's.
enum class ReportKind : std::uint8_t {
  start_begun,  ///< about to spawn
  started,      ///< exec succeeded
  ready,        ///< told that it is ready
  not_ready,    ///< did not within `delay`; its last check: `probe`
  healthy,
  unhealthy,             ///< after `code` failures in a row; its last check: `probe`
  watchdog_missed,       ///< no sign of life for `delay`
  watchdog_triggered,    ///< says itself that it is broken
  dependency_restarted,  ///< because of service `other`
  schedule_skipped,      ///< due while the run before was still at work
  exited,                ///< ended by itself: status
  restart_planned,       ///< next start after `delay`
  completed,             ///< ended for good with success
  failed,                ///< ended for good: exit code in `code`
  limit_reached,         ///< restart_limit used up
  skipped,               ///< because of service `other`
  stop_begun,            ///< got its stop signal; `delay` until SIGKILL
  sweep_begun,           ///< main process ended, the rest of the group got SIGTERM
  grace_expired,         ///< got SIGKILL
  budget_used_up,        ///< got SIGKILL before its own grace, so that others get their time
  stopped,               ///< ended on request
  stuck,                 ///< outlived SIGKILL; given up
  file_failed,           ///< start-up file, hook or reload command: status
  file_timed_out,        ///< the same: killed at its limit
  main_exited,           ///< status
  no_services,           ///< nothing to supervise, nothing to run; we stay
  all_services_ended,    ///< nothing left to do
  shutdown_begun,
  shutdown_forced,
  killing_everyone,
  killing_forced,  ///< not all ended in time
  given_up,        ///< some outlived SIGKILL
};

namespace action {

/// List the executable files for this kind; answer with event::FilesListed.
struct ListFiles {
  SubjectKind kind = SubjectKind::startup_file;
};

/// A start-up file has ended: the environment directory is the truth now.
struct ReloadEnvironment {};

/// Answer with event::DefinitionsLoaded or event::DefinitionsRefused.
struct LoadDefinitions {};

/// The definition that ConfigReplaced has brought for the service is the one in force from now on.
struct UseDefinition {
  ServiceId service{};
};

/// A removed service is gone with all that belonged to it: its place may be given to another one.
struct ForgetService {
  ServiceId service{};
};

/// Fork; answer with Started or SpawnFailed, later Exited.
struct Spawn {
  RunRef ref;
};

/// Look for the daemon of a service of type forking, by its pid file or marker; answer with
/// event::DaemonFound when there is one.
struct FindDaemon {
  RunRef ref;
};

enum class Target : std::uint8_t {
  process,    ///< the main process
  group,      ///< its whole process group
  leftovers,  ///< what is left of the group after the main process, and strays with the marker
};

struct Signal {
  RunRef ref;
  int signo = 0;
  Target target = Target::process;
};

/// `signo` to every process but us (or every descendant, when we are not PID 1).
struct KillEveryone {
  int signo = 0;
};

struct Report {
  ReportKind kind = ReportKind::started;
  RunRef ref;
  ExitStatus status;
  Duration delay{};
  ProbeOutcome probe = ProbeOutcome::answered;  ///< also where there are no checks
  Duration probe_limit{};                       ///< of a check that overran
  ServiceId other{};
  int code = 0;
};

/// The end: exit with this code. The last action ever.
struct Finish {
  int exit_code = 0;
};

}  // namespace action

using Action =
    std::variant<action::ListFiles, action::ReloadEnvironment, action::LoadDefinitions,
                 action::UseDefinition, action::ForgetService, action::Spawn, action::FindDaemon,
                 action::Signal, action::KillEveryone, action::Report, action::Finish>;

/// Collects the actions of one turn and gives out run ids.
class Outbox {
 public:
  RunRef spawn(Subject subject) {
    const RunRef ref{RunId{next_run_++}, subject};
    actions_.emplace_back(action::Spawn{ref});
    return ref;
  }
  void add(Action action) { actions_.push_back(std::move(action)); }
  void signal(RunRef ref, int signo, action::Target target) {
    actions_.emplace_back(action::Signal{ref, signo, target});
  }

  /// What was collected since the last call.
  [[nodiscard]] std::vector<Action> take() { return std::exchange(actions_, {}); }

 private:
  std::vector<Action> actions_;
  std::uint64_t next_run_ = 1;
};

}  // namespace my_init::core
