#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "my_init/base/exit_status.hpp"
#include "my_init/base/ids.hpp"
#include "my_init/base/time.hpp"
#include "my_init/core/phase.hpp"
#include "my_init/core/probe_outcome.hpp"
#include "my_init/core/subject.hpp"

namespace my_init::core {

inline constexpr TimePoint kNever = TimePoint::max();

/// A process beside the main one of a service: a hook or a probe, at most one of each at a time.
struct Aside {
  RunRef ref;  ///< run 0: there is none
  bool killed = false;

  [[nodiscard]] bool alive() const { return ref.run != RunId{}; }
};

/// When something must have happened for which a service waits; kNever = it does not.
struct Dues {
  TimePoint phase = kNever;     ///< back-off, or the end of what got its stop signal
  TimePoint hook = kNever;      ///< the end of the hook
  TimePoint probe = kNever;     ///< the end of the probe, or the begin of the next one
  TimePoint ready = kNever;     ///< readiness
  TimePoint watchdog = kNever;  ///< the next sign of life

  [[nodiscard]] TimePoint earliest() const {
    return std::min({phase, hook, probe, ready, watchdog});
  }
};

/// What is known about one service besides its definition. A value; Services changes it.
struct ServiceState {
  Phase phase = Phase::waiting;
  Health health = Health::none;
  bool wanted = false;  ///< desired state; `phase` is the actual one

  // The run.
  bool main_alive = false;  ///< a run exists whose main process has not ended
  bool others = false;      ///< its main process has ended, others of it have not
  bool executed = false;    ///< its exec succeeded
  bool seeking = false;     ///< forking: the daemon is being looked for
  bool sought = false;      ///< forking: its program has done its part
  bool ready = false;       ///< it told so, or its exec was enough
  ProbeOutcome last_probe = ProbeOutcome::unanswered;
  RunId run{};
  Aside hook;
  Aside probe;
  TimePoint started_at;  ///< the first hook, or the spawn
  Duration extended{};   ///< by its EXTEND_TIMEOUT_USEC, of the time to become ready
  TimePoint ready_at;
  TimePoint pinged_at;               ///< its last WATCHDOG=1
  Duration watchdog{};               ///< its limit in this run; 0: none
  std::uint32_t probe_failures = 0;  ///< of the health check, in a row

  // Its end.
  /// What follows when the run, with all its leftovers and hooks, is gone.
  enum class Then : std::uint8_t { rest_stopped, start_again, resume, complete, fail };
  Then then = Then::resume;
  bool signalled = false;  ///< it got its stop signal
  bool swept = false;      ///< its leftovers got their SIGTERM
  bool killed = false;     ///< SIGKILL was sent to this run
  bool squeezed = false;   ///< it gets less than its grace period, for the others' sake
  std::uint16_t pre_stop_next = 0;
  std::uint16_t post_stop_next = 0;
  TimePoint stop_by;    ///< when all of the stop must be over
  TimePoint resume_at;  ///< not before this, with Then::resume

  // Its definition.
  /// What is to become of it since the definitions were read again.
  enum class Change : std::uint8_t {
    none,
    adapt,    ///< its new definition is used as soon as nothing of the run is half done
    replace,  ///< it is stopped, and started by its new definition
    remove,   ///< it is stopped, and vanishes
  };
  Change change = Change::none;

  // Its time.
  TimePoint since;  ///< of the phase
  Dues dues;
  std::optional<TimePoint> deadline;  ///< the earliest of the dues: the only one

  // Its past.
  std::uint32_t step = 0;           ///< in the row of back-off delays
  std::uint32_t spawn_retries = 0;  ///< starts in a row that the machine refused for now
  std::uint32_t restarts = 0;
  std::uint32_t times_ready = 0;
  // Its schedule.
  bool succeeded_before = false;  ///< its last run completed
  bool due = false;               ///< it is to be started
  bool due_again = false;         ///< once more after this run
  // Its last end.
  std::optional<ExitStatus> last_exit;
  int last_code = 0;   ///< exit code of the last end, 126 and 127 for one that never ran
  ServiceId blamed{};  ///< the dependency that is waited for or that caused `skipped`
};

/// Whether a change of its definition ends the run that it has.
[[nodiscard]] constexpr bool is_to_be_stopped(const ServiceState& state) {
  return state.change == ServiceState::Change::replace ||
         state.change == ServiceState::Change::remove;
}

}  // namespace my_init::core
