#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "my_init/app/inbox.hpp"
#include "my_init/app/programs.hpp"
#include "my_init/log/own_log.hpp"
#include "my_init/os/event_loop.hpp"
#include "my_init/os/notify_socket.hpp"
#include "my_init/os/spawn.hpp"

namespace my_init::app {

/// What a service tells us while it runs: NOTIFY_SOCKET of sd_notify(3) and the descriptor of
/// `ready.fd`, as events. Each run has channels of its own, so that a word from an older one goes
/// nowhere. Loop thread.
class RunChannels {
 public:
  /// All references are borrowed and outlive it.
  RunChannels(os::EventLoop& loop, Inbox& inbox, log::OwnLog& log, const Programs& programs)
      : loop_(loop), inbox_(inbox), log_(log), programs_(programs) {}
  ~RunChannels();
  RunChannels(const RunChannels&) = delete;
  RunChannels& operator=(const RunChannels&) = delete;

  /// What the child is to be given.
  struct ChildEnds {
    std::vector<std::string> environment;  ///< "NAME=value"
    std::vector<os::PassedFd> passed;
    UniqueFd pipe;  ///< may be closed once the child was forked
  };
  /// Opens what the service's definition asks for, in place of what its last run had. The error is
  /// for the operator.
  [[nodiscard]] Result<ChildEnds> open(core::RunRef run);

  /// Its run is over: nothing that it still says counts.
  void close(std::uint32_t service);

  /// The service is gone, and with it what was kept for it.
  void forget(std::uint32_t service) {
    close(service);
    stored_.erase(service);
  }

  /// The senders that wait for it (BARRIER=1) may go on: all that came before was dealt with.
  void acknowledge() { barriers_.clear(); }

  /// STATUS= of the current run; empty when it said none.
  [[nodiscard]] std::string status_of(std::uint32_t service) const;
  /// The runs that have said MAINPID= since the last call.
  [[nodiscard]] std::vector<core::RunRef> take_renamed() { return std::exchange(renamed_, {}); }
  /// MAINPID= of the current run.
  [[nodiscard]] std::optional<pid_t> main_pid_of(std::uint32_t service) const;

  /// Descriptors that the service gave us to keep over restarts (FDSTORE=1), with their names.
  using StoredFds = std::vector<std::pair<std::string, UniqueFd>>;
  [[nodiscard]] const StoredFds& stored(std::uint32_t service) const;

 private:
  struct Channel {
    core::RunRef run;
    std::optional<os::NotifySocket> notify;
    UniqueFd pipe;  ///< of ready.fd
    std::string status;
    std::optional<pid_t> main_pid;
  };

  [[nodiscard]] Result<void> open_notify(Channel& channel, ChildEnds& ends);
  [[nodiscard]] Result<void> open_pipe(Channel& channel, ChildEnds& ends);
  void read_notify(std::uint32_t service);
  void read_pipe(std::uint32_t service);
  void take(Channel& channel, os::Notification notification);
  void store(std::uint32_t service, os::Notification& notification);
  [[nodiscard]] bool may_speak(std::uint32_t service, uid_t sender) const;

  os::EventLoop& loop_;
  Inbox& inbox_;
  log::OwnLog& log_;
  const Programs& programs_;
  std::unordered_map<std::uint32_t, Channel> channels_;
  std::unordered_map<std::uint32_t, StoredFds> stored_;
  std::vector<core::RunRef> renamed_;
  std::vector<UniqueFd> barriers_;
};

}  // namespace my_init::app
