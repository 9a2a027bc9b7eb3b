#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "my_init/base/result.hpp"
#include "my_init/base/time.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::os {

/// cgroup.events of one cgroup: news when its last process has gone, or the first has come.
class CgroupEvents {
 public:
  explicit CgroupEvents(UniqueFd fd) : fd_(std::move(fd)) {}

  /// For EPOLLPRI, which comes with EPOLLERR (and not EPOLLIN, which is always there). It stays
  /// after the cgroup was removed: stop watching before.
  [[nodiscard]] int fd() const { return fd_.get(); }

  /// Whether a process lives in the cgroup or below it; clears the event. False when the cgroup
  /// was removed.
  [[nodiscard]] bool take_populated();

 private:
  UniqueFd fd_;
};

/// What all that ever ran in a cgroup has used, as far as the kernel counts it there.
struct CgroupUsage {
  std::optional<Duration> cpu_time;     ///< user and system
  std::optional<std::uint64_t> memory;  ///< bytes now; only with the memory controller
};

/// A cgroup (version 2) for each service, below our own one: a daemon cannot escape from it, all
/// of it is killed at once, and its end is told. We stay where we are and switch no controller on,
/// so that the rule against processes in inner cgroups concerns nobody.
///
/// A name is a service's: "my_init.<our pid>.<name>" must be a file name. What it names need not
/// exist. One object, used in the loop thread; nothing here waits for a process.
class ServiceCgroups {
 public:
  /// Nothing when there is no cgroup version 2, when it is read-only (as in most containers), when
  /// ours may have none below it, or when it is not the container's own: another pid namespace has
  /// processes in it, or PID 1 lives elsewhere.
  [[nodiscard]] static std::optional<ServiceCgroups> find();

  /// Makes the service's cgroup when there is none: its directory, for SpawnPlan::cgroup.
  [[nodiscard]] Result<std::string> prepare(std::string_view name) const;

  /// Whether a process, zombies aside, lives in it or below it.
  [[nodiscard]] bool is_populated(std::string_view name) const;

  /// To be told when the last process has gone; nothing when none is there.
  [[nodiscard]] std::optional<CgroupEvents> watch_populated(std::string_view name) const;

  /// SIGKILL for all in it and below it: what forks meanwhile is killed too where the kernel has
  /// cgroup.kill (Linux 5.14), else call again while it is populated. False when it was empty.
  bool kill(std::string_view name) const;

  /// Sends `signo` to each process that is in it or below it now; never to a recycled pid where
  /// there are pidfds (Linux 5.3). False when nobody got it.
  bool signal_all(std::string_view name, int signo) const;

  /// The service in whose cgroup, or below it, a process lives; empty when it is in none.
  [[nodiscard]] std::string service_of(int pid) const;

  [[nodiscard]] CgroupUsage usage(std::string_view name) const;

  /// Removes it with all below it, which must be empty (EBUSY). That there is none is no error.
  [[nodiscard]] Result<void> remove(std::string_view name) const;

  /// Removes those of all services that are empty.
  void remove_all() const;

 private:
  ServiceCgroups(std::string directory, const std::string& path);

  [[nodiscard]] std::string directory_of(std::string_view name) const;

  std::string directory_;  ///< of our own cgroup
  std::string prefix_;     ///< of the names in it that are ours
  std::string inside_;     ///< of a service's, as the kernel names it in /proc/<pid>/cgroup
};

}  // namespace my_init::os
