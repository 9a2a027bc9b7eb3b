#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "my_init/app/programs.hpp"
#include "my_init/os/listen_socket.hpp"

namespace my_init::app {

/// The sockets of `listen:`, opened before the first start of their service and kept over restarts,
/// so that a connection waits for the next run instead of being refused. Loop thread.
class ServiceSockets {
 public:
  explicit ServiceSockets(const Programs& programs) : programs_(programs) {}

  /// Opens those of the service that are not open. The first that cannot be is the error; the next
  /// call tries again.
  [[nodiscard]] Result<void> open(std::uint32_t service);

  /// The definition in `programs` is another one than that with `before`: what both listen on stays
  /// open, all else of it is closed.
  void replace(std::uint32_t service, const std::vector<config::ListenSocket>& before);
  /// The service is gone.
  void forget(std::uint32_t service) { sockets_.erase(service); }

  struct Named {
    std::string name;
    int fd = -1;
  };
  /// Those that are open, in the order of the definition.
  [[nodiscard]] std::vector<Named> of(std::uint32_t service) const;

 private:
  const Programs& programs_;
  /// In the order of the definition; one that is not open has no descriptor.
  std::unordered_map<std::uint32_t, std::vector<os::ListenSocket>> sockets_;
};

}  // namespace my_init::app
