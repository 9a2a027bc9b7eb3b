#pragma once

#include <csignal>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "my_init/app/inbox.hpp"
#include "my_init/core/action.hpp"
#include "my_init/os/children.hpp"
#include "my_init/os/event_loop.hpp"
#include "my_init/os/process_table.hpp"
#include "my_init/os/service_cgroup.hpp"

namespace my_init::app {

/// What services leave behind when their main process has ended: whatever lives in their cgroup,
/// where they have one; else members of their process group. And strays that are in neither, but
/// carry the service's marker: those of its hooks, too. Pushes event::LeftoversGone when the last
/// of a run's leftovers has ended. Loop thread.
class Leftovers {
 public:
  /// All references are borrowed and outlive it.
  Leftovers(os::Children& children, os::EventLoop& loop, Inbox& inbox,
            const std::optional<os::ServiceCgroups>& cgroups)
      : children_(children), loop_(loop), inbox_(inbox), cgroups_(cgroups) {}
  ~Leftovers();
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;

  /// A run whose main process has ended.
  struct Ended {
    core::RunRef ref;
    std::string service;
    bool group_empty = true;
  };
  /// Which of `ended` left something behind; those are followed until it is gone. One look at the
  /// process table serves all of them. The cgroups of the others are removed.
  [[nodiscard]] std::vector<bool> follow(const std::vector<Ended>& ended);

  /// One of them has become the main process of the run again: the others live on with it.
  void unfollow(RunId run);

  /// Sends `signo` to the leftovers of a run.
  void signal(RunId run, int signo);

  /// Adopted processes that are no main process of a run: orphans that still run. Each with its
  /// service, by its marker or by its cgroup.
  [[nodiscard]] std::vector<os::StrayFinder::Stray> strays() const;

  /// Looks again at groups; call when Children::event_fd() had news.
  void check_groups();

 private:
  struct Stray {
    pid_t pid = 0;
    UniqueFd pidfd;
  };
  struct Followed {
    core::RunRef ref;
    std::string service;
    bool group_alive = false;
    int last_signal = SIGTERM;  ///< what those get that are found later
    std::vector<Stray> strays;
    std::optional<os::CgroupEvents> cgroup;  ///< while a process lives there
  };

  [[nodiscard]] std::vector<os::StrayFinder::Stray> marked() const;
  [[nodiscard]] bool is_gone(const Followed& followed) const;
  void watch_cgroup(Followed& followed);
  void cgroup_changed(RunId run);
  void remove_cgroup(const std::string& service);
  void add_stray(Followed& followed, pid_t pid);
  void stop_watching(const Followed& followed);
  void stray_ended(RunId run, int pidfd);
  void finish_if_gone(RunId run);

  os::Children& children_;
  os::EventLoop& loop_;
  Inbox& inbox_;
  const std::optional<os::ServiceCgroups>& cgroups_;
  os::StrayFinder finder_;
  std::unordered_map<RunId, Followed> followed_;
};

}  // namespace my_init::app
