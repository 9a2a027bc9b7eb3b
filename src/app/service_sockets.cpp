#include "my_init/app/service_sockets.hpp"

#include <utility>

namespace my_init::app {
namespace {

os::ListenAddress address_of(const config::ListenSocket& socket) {
  const auto kind = socket.kind == config::ListenSocket::Kind::tcp
                        ? os::ListenAddress::Kind::tcp
                        : os::ListenAddress::Kind::unix_stream;
  return {kind, socket.address, socket.port, socket.mode};
}

}  // namespace

Result<void> ServiceSockets::open(std::uint32_t service) {
  const auto& wanted = programs_.services[service].details->listen;
  if (wanted.empty()) return {};
  std::vector<os::ListenSocket>& open = sockets_[service];
  while (open.size() < wanted.size()) {
    auto socket = os::ListenSocket::open(address_of(wanted[open.size()]));
    if (!socket) return std::unexpected(socket.error());
    open.push_back(std::move(*socket));
  }
  return {};
}

std::vector<ServiceSockets::Named> ServiceSockets::of(std::uint32_t service) const {
  std::vector<Named> named;
  const auto found = sockets_.find(service);
  if (found == sockets_.end()) return named;
  for (std::size_t i = 0; i < found->second.size(); ++i)
    named.push_back(
        {programs_.services[service].details->listen[i].name, found->second[i].fd.get()});
  return named;
}

}  // namespace my_init::app
