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

/// A cgroup (version 2) for each service, below our own one: a daemon cannot escape from it, all
/// of it is killed at once, and its end is told. We stay where we are and switch no controller on,
/// so that the rule against processes in inner cgroups concerns nobody.
///
/// A name is a service's: "my_init.<name>" must be a file name. What it names need not exist. One
/// object, used in the loop thread; nothing here waits for a process.
class ServiceCgroups {
 public:
  /// Nothing when there is no cgroup version 2, when it is read-only (as in most containers), or
  /// when ours may have none below it.
  [[nodiscard]] static std::optional<ServiceCgroups> find();

  /// Makes the service's cgroup when there is none: its directory, for SpawnPlan::cgroup.
  [[nodiscard]] Result<std::string> prepare(std::string_view name) const;

  /// Whether a process, zombies aside, lives in it or below it.
  [[nodiscard]] bool is_populated(std::string_view name) const;

  [[nodiscard]] Result<CgroupEvents> watch(std::string_view name) const;

  /// SIGKILL for all in it and below it: what forks meanwhile is killed too where the kernel has
  /// cgroup.kill (Linux 5.14), else call again while it is populated. False when it was empty.
  bool kill(std::string_view name) const;

  /// Sends `signo` to each process that is in it or below it now; never to a recycled pid where
  /// there are pidfds (Linux 5.3). False when nobody got it.
  bool signal_all(std::string_view name, int signo) const;

  /// Processor time, user and system, of all that ever ran in it.
  [[nodiscard]] std::optional<Duration> cpu_time(std::string_view name) const;

  /// Bytes in use; nothing where nobody has switched the memory controller on for us.
  [[nodiscard]] std::optional<std::uint64_t> memory_current(std::string_view name) const;

  /// Removes it with all below it, which must be empty (EBUSY). That there is none is no error.
  [[nodiscard]] Result<void> remove(std::string_view name) const;

 private:
  ServiceCgroups(std::string directory, std::string path)
      : directory_(std::move(directory)), path_(std::move(path)) {}

  [[nodiscard]] std::string directory_of(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name, int pid) const;

  std::string directory_;  ///< of our own cgroup
  std::string path_;       ///< the same as the kernel names it in /proc/<pid>/cgroup; "" for "/"
};

}  // namespace my_init::os
