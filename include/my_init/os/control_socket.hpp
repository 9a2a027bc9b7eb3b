#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/os/socket_file.hpp"

namespace my_init::os {

/// Where the control socket is, and who may use it.
struct ControlAddress {
  std::string path;  ///< or "@name" in the abstract namespace
  mode_t mode = 0600;
  std::optional<gid_t> group;  ///< nothing: our own
};

/// The socket where svctl finds us. Non-blocking, close-on-exec. One thread.
class ControlSocket {
 public:
  /// The directory is made when only that is missing. A file that nobody listens at is replaced.
  /// The error has the number EADDRINUSE when another process listens there, EEXIST when what is
  /// there is no socket. Where nothing can be written it is abstract_control_name() instead.
  [[nodiscard]] static Result<ControlSocket> open(const ControlAddress& address);

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// The path, or "@name".
  [[nodiscard]] const std::string& address() const { return address_; }

  /// Whether the process at the other end of a connection may steer us: root, our own user, and
  /// whom the mode lets write, by SO_PEERCRED and SO_PEERGROUPS of socket(7). An abstract socket
  /// has no mode that the kernel would check.
  [[nodiscard]] bool allows_peer(int connection) const;

 private:
  ControlSocket(UniqueFd fd, SocketFile file, std::string address, const ControlAddress& wanted)
      : fd_(std::move(fd)), file_(std::move(file)), address_(std::move(address)), wanted_(wanted) {}

  UniqueFd fd_;
  SocketFile file_;
  std::string address_;
  ControlAddress wanted_;
};

/// "@my_init.control.4026531836": of the PID namespace that we are in, as network namespaces may be
/// shared by several containers.
[[nodiscard]] std::string abstract_control_name();

/// A blocking connection to a control socket, for a client.
[[nodiscard]] Result<UniqueFd> connect_to_control(const std::string& address);

}  // namespace my_init::os
