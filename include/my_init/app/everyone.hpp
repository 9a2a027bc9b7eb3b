#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "my_init/app/inbox.hpp"
#include "my_init/os/event_loop.hpp"
#include "my_init/os/process_table.hpp"

namespace my_init::app {

/// The last phase: signals every other process (as PID 1) or every descendant, and pushes
/// event::EveryoneGone as soon as none is left. It waits on pidfds, because processes that came by
/// `docker exec` are not our children; without /proc or pidfds it looks again every 20 ms. Loop
/// thread.
class Everyone {
 public:
  /// `before_gone` is called before event::EveryoneGone is pushed: the last exits come first.
  Everyone(os::EventLoop& loop, Inbox& inbox, std::function<void()> before_gone);
  ~Everyone();
  Everyone(const Everyone&) = delete;
  Everyone& operator=(const Everyone&) = delete;

  /// Sends `signo` to all that are there now, and to all that appear until the end.
  void signal_all(int signo);

  /// Who is left, as "17 (nginx)", for a message.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  void look();
  void tell_gone();
  void watch(const os::Process& process);
  void process_ended(pid_t pid);
  void look_again_soon();
  void stop_timer();
  [[nodiscard]] std::vector<os::Process> living() const;

  os::EventLoop& loop_;
  Inbox& inbox_;
  std::function<void()> before_gone_;
  os::ProcessScope scope_;
  int signo_ = 0;  ///< 0: signal_all() was not called yet
  bool gone_ = false;
  std::unordered_set<pid_t> signalled_;          ///< by the current signal
  std::unordered_map<pid_t, UniqueFd> watched_;  ///< pidfds
  UniqueFd timer_;
};

}  // namespace my_init::app
