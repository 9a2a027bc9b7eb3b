#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "my_init/base/exit_status.hpp"
#include "my_init/base/ids.hpp"
#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/os/spawn.hpp"

namespace my_init::os {

/// Our word that the main process of a run has ended.
struct ChildExit {
  RunId run{};
  ExitStatus status;
  bool group_empty = true;  ///< nothing else was left in its process group at that moment
};

/// A child that was forked: its pid for messages, and the pipe that tells about its exec.
struct Spawned {
  pid_t pid = 0;
  /// Readable at end of file: exec succeeded. One SpawnFailure to read: it did not. Non-blocking.
  UniqueFd exec_pipe;
};

enum class SignalTarget : std::uint8_t { process, group };

/// The only owner of pids and the only caller of fork and of a wait function.
///
/// One mutex is held over fork + register, over reap and over signal: an instant exit is never seen
/// before its pid is known, and a signal never reaches a recycled pid. The reaper thread sleeps in
/// waitid(2) (without any child in sigwaitinfo(SIGCHLD)), reaps, queues the exits of known runs and
/// only counts orphans.
///
/// SIGCHLD must be blocked in every thread and set to its default before the constructor runs.
/// All member functions are called from the loop thread.
class Children {
 public:
  /// Starts the reaper thread. Throws std::system_error when the kernel has no room for it.
  Children();
  ~Children();  ///< ends and joins the reaper thread; signals nobody
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  /// Readable (eventfd) when take_exits() or take_emptied_groups() has news. Orphans alone are
  /// none.
  [[nodiscard]] int event_fd() const;

  /// Forks. On success `run` is known until its exit was taken *and* its group is empty. `plan` and
  /// all that it points to must stay as it is until the exec pipe is readable: the child may share
  /// our memory until then. The error's number is the errno of pipe2 or fork.
  [[nodiscard]] Result<Spawned> spawn(const SpawnPlan& plan, RunId run);

  /// The exec pipe of `run` was at end of file: its child does not use our memory any more.
  void exec_succeeded(RunId run);

  /// The exits since the last call, in the order in which they were reaped. Clears the event fd.
  [[nodiscard]] std::vector<ChildExit> take_exits();

  /// Reaps in the calling thread what has ended by now, so that take_exits() tells of everything
  /// that happened before: after we were frozen (a paused container) our reaper thread may not have
  /// run yet.
  void reap_now();

  /// Sends `signo` to the main process or to the whole group of `run`. After the main process has
  /// been reaped only what is left of the group can still be reached. False when nobody was there.
  bool signal(RunId run, int signo, SignalTarget target);

  /// Keeps the reaper from reaping until let_reap() or reap_now(): signals to many runs in a row
  /// then go out as one burst, without a turn at the mutex for each. Hold it for no longer than
  /// that.
  void hold_reaper();
  void let_reap();

  /// Runs whose main process was reaped with others left in the group, and whose group has become
  /// empty since: each is returned once, after its exit was taken, and forgotten. Cheap when there
  /// is none.
  [[nodiscard]] std::vector<RunId> take_emptied_groups();

  /// Gives up on what is left of the group of a run whose exit was taken, and forgets it.
  void forget(RunId run);

  /// Makes `pid` the main process of `run`, whose own has been reaped and taken: a daemon that the
  /// program has left behind. False, and nothing is done, unless it lives, is an orphan that we
  /// have adopted, no main process of another run, and does not carry another marker
  /// (MY_INIT_SERVICE) than `marker`: a process with the number by chance is never taken.
  bool adopt(RunId run, pid_t pid, std::string_view marker);

  /// The same while the main process of `run`, whose exec has succeeded, lives: then that is one of
  /// those that the run leaves behind. False also when it has been reaped.
  bool replace(RunId run, pid_t pid, std::string_view marker);

  /// The pid of a run's main process while it is not reaped; for messages and /proc only.
  [[nodiscard]] std::optional<pid_t> pid_of(RunId run) const;

  /// Whether `pid` is the unreaped main process of one of our runs.
  [[nodiscard]] bool is_ours(pid_t pid) const;

  /// Orphans reaped so far: children that were not forked here.
  [[nodiscard]] std::uint64_t orphans_reaped() const;

  /// Sends `signo` to `pid` when it is our child, not one of our runs, and carries
  /// MY_INIT_SERVICE=`marker` in its environment; checked and sent under the mutex, so that the pid
  /// cannot be recycled in between. False when it is none of this.
  bool signal_stray(pid_t pid, std::string_view marker, int signo);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace my_init::os
