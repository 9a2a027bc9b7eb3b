#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "my_init/base/exit_status.hpp"
#include "my_init/base/ids.hpp"
#include "my_init/core/service_spec.hpp"

namespace my_init::core {

/// What kind of thing a run is a run of.
enum class SubjectKind : std::uint8_t {
  service,
  main_command,
  startup_file,
  pre_shutdown_hook,
  post_shutdown_hook,
};

/// A service, the main command, or one file of a directory by its place in the listing.
struct Subject {
  SubjectKind kind = SubjectKind::service;
  std::uint32_t index = 0;

  friend bool operator==(const Subject&, const Subject&) = default;
};

/// One life of a subject. Events about a run that is not the subject's current one are ignored.
struct RunRef {
  RunId run{};
  Subject subject;

  friend bool operator==(const RunRef&, const RunRef&) = default;
};

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

namespace event {

/// The first event.
struct Booted {};

/// Answer to action::ListFiles: so many files are to be run for this kind.
struct FilesListed {
  SubjectKind kind = SubjectKind::startup_file;
  std::uint32_t count = 0;
};

/// Answer to action::LoadDefinitions. The graph has no cycle and every name in it exists.
struct DefinitionsLoaded {
  std::vector<ServiceSpec> services;
  Settings settings;  ///< final: the start-up scripts may have changed variables
};

/// The other answer: a definition is wrong; nothing may be started.
struct DefinitionsRefused {
  int exit_code = 78;  ///< EX_CONFIG of sysexits(3)
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

/// Nothing happened but the time that handle() was given.
struct TimeAdvanced {};

struct StartRequested {
  ServiceId service{};
};
struct StopRequested {
  ServiceId service{};
};
struct RestartRequested {
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
                 event::LeftoversGone, event::TimeAdvanced, event::StartRequested,
                 event::StopRequested, event::RestartRequested, event::SignalForMain,
                 event::ShutdownRequested, event::ForcedShutdownRequested, event::EveryoneGone>;

}  // namespace my_init::core
