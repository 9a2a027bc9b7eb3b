#pragma once

#include <pthread.h>
#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "child_stacks.hpp"
#include "my_init/base/flat_map.hpp"
#include "my_init/os/children.hpp"
#include "spawn_child.hpp"

namespace my_init::os {

/// What the loop thread and the reaper thread share. The reaper allocates and frees nothing: a
/// second thread that does makes the C library keep a second heap.
struct Children::State {
  struct Run {
    pid_t pid = 0;
    pid_t group = 0;  ///< that of its process group: its own, but for a daemon that was adopted
    bool reaped = false;
    bool exit_taken = false;
    std::byte* stack = nullptr;  ///< shared memory that the child still runs on
  };

  /// One turn of the reaper: reaps what is there, at most kBatch. False when nothing is left.
  bool reap_batch();

  /// The body of the reaper thread, until `stopping`.
  void reap_until_stopped();

  /// Locks ahead of the reaper, which would else take the mutex again and again during a storm.
  /// Owns nothing while the loop thread has the mutex anyway (`burst`).
  [[nodiscard]] std::unique_lock<std::mutex> lock();

  /// A daemon may have been adopted before it made its own group (setsid(2)).
  static void follow_group(Run& run);

  /// Makes room, so that the reaper never has to. Call after a run was added.
  void reserve();

  void erase(RunId run);
  bool take_orphan(RunId run, pid_t pid, std::string_view marker);
  void give_stack_back(Run& run);

  /// Makes the child; in it this does not return. Its pid, or -1 with errno.
  [[nodiscard]] pid_t start_child(const SpawnPlan& plan, const ChildValues& values, Run& run);

  static constexpr int kBatch = 64;

  std::mutex mutex;
  FlatMap<RunId, Run> runs;
  FlatMap<pid_t, RunId> pids;             ///< of the main processes; may be stale when reaped
  std::vector<ChildExit> exits;           ///< not yet taken
  std::vector<RunId> lingering;           ///< reaped, group not empty
  std::vector<RunId> emptied;             ///< reaped, group empty since, not yet taken
  std::optional<std::uint64_t> bounding;  ///< bounding_capabilities(), when first needed
  std::atomic<std::uint64_t> orphans{0};
  std::atomic<bool> loop_waits{false};
  std::atomic<bool> stopping{false};
  ChildStacks stacks;                  ///< of the loop thread
  std::unique_lock<std::mutex> burst;  ///< of the loop thread
  UniqueFd event;
  pthread_t reaper{};

 private:
  /// Returns whether the loop has to know.
  bool record_exit(pid_t pid, ExitStatus status);
  bool collect_emptied();

  friend class Children;
};

/// Whether somebody is left in the process group of a main process that was reaped. A process with
/// the same number shows that the kernel has given it away again, and so that the group was empty.
[[nodiscard]] bool group_is_alive(pid_t group);

}  // namespace my_init::os
