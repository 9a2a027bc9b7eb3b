#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "my_init/base/unique_fd.hpp"

namespace my_init::test {

/// A socket that listens at a port of 127.0.0.1 which nobody else has; close it to free the port.
struct PortHolder {
  UniqueFd socket;
  std::uint16_t port = 0;
};
[[nodiscard]] PortHolder hold_port();
/// A port of 127.0.0.1 that was free a moment ago.
[[nodiscard]] std::uint16_t free_port();

/// Connects, sends the request and reads until the other side has closed; nothing when it refuses
/// or breaks off, or says nothing for 10 s.
[[nodiscard]] std::optional<std::string> ask_port(std::uint16_t port,
                                                  const std::string& request = {});
[[nodiscard]] std::optional<std::string> ask_path(const std::string& path);

}  // namespace my_init::test
