#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "my_init/base/exit_status.hpp"
#include "my_init/base/ids.hpp"
#include "my_init/core/definition_events.hpp"
#include "my_init/core/subject.hpp"

namespace my_init::core {

namespace event {

/// The first event.
struct Booted {};

/// Answer to action::ListFiles: so many files are to be run for this kind.
struct FilesListed {
  SubjectKind kind = SubjectKind::startup_file;
  std::uint32_t count = 0;
};

/// Exec succeeded.
struct Started {
  RunRef ref;
};

/// Whether the same start may succeed a little later (EAGAIN, ENOMEM, EMFILE, ETXTBSY).
enum class Retry : std::uint8_t { pointless, worthwhile };

/// There is no process: fork, a step of the child, or exec failed. The end of this run.
struct SpawnFailed {
  RunRef ref;
  Retry retry = Retry::pointless;
  int exit_code = 127;  ///< what a shell would report: 127 not found, 126 cannot be executed
};

/// Whether others of the run's process group, or strays that carry its marker, were still there.
enum class Leftovers : std::uint8_t { none, some };

/// The main process of the run has ended.
struct Exited {
  RunRef ref;
  ExitStatus status;
  Leftovers leftovers = Leftovers::none;
};

/// The leftovers of a run that has exited are gone.
struct LeftoversGone {
  RunRef ref;
};

/// The service says that it is ready: READY=1, a newline on its descriptor, a line that matches.
struct Ready {
  RunRef ref;
};

/// Answer to action::FindDaemon: it is the main process of the run from now on. While there is none
/// nothing is answered.
struct DaemonFound {
  RunRef ref;
};

/// WATCHDOG=1 of sd_notify(3).
struct SignOfLife {
  RunRef ref;
};

/// WATCHDOG=trigger of sd_notify(3): the service says itself that it is broken.
struct WatchdogTriggered {
  RunRef ref;
};

/// WATCHDOG_USEC of sd_notify(3): the time between two signs of life, for the rest of this run.
struct WatchdogChanged {
  RunRef ref;
  Duration limit{};  ///< 0: none
};

/// EXTEND_TIMEOUT_USEC of sd_notify(3): the start, or the stop, may take so long from now on.
struct TimeoutExtended {
  RunRef ref;
  Duration by{};
};

/// Nothing happened but the time that handle() was given.
struct TimeAdvanced {};

struct StartRequested {
  ServiceId service{};
  bool once = false;  ///< when this run has ended by itself, it stays so
};
struct StopRequested {
  ServiceId service{};
};
struct RestartRequested {
  ServiceId service{};
};
struct ReloadRequested {
  ServiceId service{};
};

/// A scheduled service is to run now.
struct ScheduleDue {
  ServiceId service{};
};

/// A signal for the main command that is not a wish to shut down.
struct SignalForMain {
  int signo = 0;
};

/// Shut down. `signo` is the signal that asked for it: the main command gets that one, and its exit
/// code becomes ours; without a main command `exit_code` does.
struct ShutdownRequested {
  int signo = 0;
  int exit_code = 0;
};

/// Something asked a second time: SIGKILL to everything at once.
struct ForcedShutdownRequested {};

/// No process but ours is left; the answer to action::KillEveryone, as soon as it is true.
struct EveryoneGone {};

}  // namespace event

using Event =
    std::variant<event::Booted, event::FilesListed, event::DefinitionsLoaded,
                 event::DefinitionsRefused, event::Started, event::SpawnFailed, event::Exited,
                 event::LeftoversGone, event::Ready, event::DaemonFound, event::SignOfLife,
                 event::WatchdogTriggered, event::WatchdogChanged, event::TimeoutExtended,
                 event::TimeAdvanced, event::StartRequested, event::StopRequested,
                 event::RestartRequested, event::ReloadRequested, event::ConfigReplaced,
                 event::ScheduleDue, event::SignalForMain, event::ShutdownRequested,
                 event::ForcedShutdownRequested, event::EveryoneGone>;

}  // namespace my_init::core
