#pragma once

#include <sys/types.h>

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

/// A connection that stays, to a port of 127.0.0.1.
class PortStream {
 public:
  PortStream(std::uint16_t port, const std::string& request);

  /// Waits until this text has come, at most 10 s.
  void wait_for(const std::string& text);
  /// Waits until the other side has closed, at most 10 s.
  [[nodiscard]] bool ends();

 private:
  [[nodiscard]] ssize_t read_some();  ///< as recv(2)

  UniqueFd socket_;
  std::string text_;
};

}  // namespace my_init::test
