#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/os/notify_message.hpp"
#include "my_init/os/socket_file.hpp"

namespace my_init::os {

/// One datagram of sd_notify(3), and who sent it.
struct Notification {
  NotifyText text;
  std::vector<UniqueFd> stored_fds;  ///< with text.store_fds, 1 to 16 of them
  /// With text.barrier: the sender waits until this is closed. Keep it until everything that was
  /// taken before has been dealt with.
  UniqueFd barrier;
  /// As the kernel saw them. 0 is a process outside of our pid namespace; root may claim another.
  pid_t sender_pid = 0;
  uid_t sender_uid = 0;
};

/// NOTIFY_SOCKET of one run: a datagram socket that every uid may send to. The number and size of
/// what waits in it is bounded by the kernel; senders wait.
class NotifySocket {
 public:
  /// A socket with an unguessable name in `directory`, or in the abstract namespace when none can
  /// be made there (read-only, missing, too long a path). The directory must let every uid pass.
  /// Whoever shares our network namespace can see and use an abstract one: look at the sender.
  [[nodiscard]] static Result<NotifySocket> open(const std::string& directory);

  /// Readable when take() has news. Non-blocking.
  [[nodiscard]] int fd() const { return fd_.get(); }

  /// The value for NOTIFY_SOCKET: a path, or "@name" in the abstract namespace.
  [[nodiscard]] const std::string& address() const { return address_; }

  /// What was sent since the last call, in order, at most kMaxTaken datagrams: fd() stays readable
  /// when more wait. Datagrams that say nothing are left out: more than 8 KiB of text, more than 16
  /// descriptors, a barrier with other than one, none to store, nothing that we know.
  [[nodiscard]] std::vector<Notification> take();

  static constexpr int kMaxTaken = 64;

 private:
  NotifySocket(UniqueFd fd, std::string address, SocketFile file)
      : fd_(std::move(fd)), address_(std::move(address)), file_(std::move(file)) {}

  UniqueFd fd_;
  std::string address_;
  SocketFile file_;
};

}  // namespace my_init::os
