#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/os/socket_file.hpp"

namespace my_init::os {

/// Where to listen.
struct ListenAddress {
  enum class Kind : std::uint8_t { tcp, unix_stream };
  Kind kind = Kind::tcp;
  /// Of tcp an IPv4 or IPv6 literal, or "*" for every address of both families; else a path.
  std::string address;
  std::uint16_t port = 0;      ///< of tcp; 0: the kernel chooses one
  std::optional<mode_t> mode;  ///< of unix_stream; nothing: 0666 less the umask
};

/// "tcp:0.0.0.0:80", "tcp:[::1]:80", "tcp:*:80", "unix:/run/web.sock".
[[nodiscard]] std::string describe(const ListenAddress& address);

/// A socket that accepts connections, for a service to inherit: close-on-exec here, blocking.
struct ListenSocket {
  UniqueFd fd;
  SocketFile file;  ///< of unix_stream: goes with the object

  /// A file that nobody listens at is replaced; a socket that somebody does is never taken over.
  /// The error: "cannot listen on tcp:0.0.0.0:80: address already in use", with its errno.
  [[nodiscard]] static Result<ListenSocket> open(const ListenAddress& address);
};

}  // namespace my_init::os
