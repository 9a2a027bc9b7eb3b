#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <optional>
#include <string_view>

namespace my_init::os {

/// The address of a unix socket for bind and connect.
struct UnixAddress {
  sockaddr_un address{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

/// `text` is a path, or "@name" in the abstract namespace. Nothing when it is empty or has no room
/// in a sockaddr_un (107 bytes).
[[nodiscard]] std::optional<UnixAddress> unix_address(std::string_view text);

}  // namespace my_init::os
