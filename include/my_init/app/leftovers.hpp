#pragma once

#include <csignal>
#include <string>
#include <unordered_map>
#include <vector>

#include "my_init/app/inbox.hpp"
#include "my_init/core/action.hpp"
#include "my_init/os/children.hpp"
#include "my_init/os/event_loop.hpp"
#include "my_init/os/process_table.hpp"

namespace my_init::app {

/// What services leave behind when their main process has ended: members of their process group,
/// and strays that left the group but carry the service's marker. Pushes event::LeftoversGone when
/// the last of a run's leftovers has ended. Loop thread.
class Leftovers {
 public:
  Leftovers(os::Children& children, os::EventLoop& loop, Inbox& inbox)
      : children_(children), loop_(loop), inbox_(inbox) {}
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
  /// process table serves all of them.
  [[nodiscard]] std::vector<bool> follow(const std::vector<Ended>& ended);

  /// One of them has become the main process of the run again: the others live on with it.
  void unfollow(RunId run);

  /// Sends `signo` to the leftovers of a run.
  void signal(RunId run, int signo);

  /// Adopted processes that are no main process of a run: orphans that still run.
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
  };

  void add_stray(Followed& followed, pid_t pid);
  void stray_ended(RunId run, int pidfd);
  void finish_if_gone(RunId run);

  os::Children& children_;
  os::EventLoop& loop_;
  Inbox& inbox_;
  os::StrayFinder finder_;
  std::unordered_map<RunId, Followed> followed_;
};

}  // namespace my_init::app
