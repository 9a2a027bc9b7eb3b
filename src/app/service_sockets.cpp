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

bool is_same_place(config::ListenSocket one, const config::ListenSocket& other) {
  one.name = other.name;
  return one == other;
}

}  // namespace

Result<void> ServiceSockets::open(std::uint32_t service) {
  const auto& wanted = programs_.services[service].details->listen;
  if (wanted.empty()) return {};
  std::vector<os::ListenSocket>& open = sockets_[service];
  open.resize(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (open[i].fd) continue;
    auto socket = os::ListenSocket::open(address_of(wanted[i]));
    if (!socket) return std::unexpected(socket.error());
    open[i] = std::move(*socket);
  }
  return {};
}

void ServiceSockets::replace(std::uint32_t service,
                             const std::vector<config::ListenSocket>& before) {
  const auto found = sockets_.find(service);
  const auto& wanted = programs_.services[service].details->listen;
  if (found == sockets_.end() || wanted == before) return;
  std::vector<os::ListenSocket> old = std::exchange(found->second, {});
  found->second.resize(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    for (std::size_t j = 0; j < old.size(); ++j)
      if (old[j].fd && is_same_place(before[j], wanted[i]))
        found->second[i] = std::exchange(old[j], {});
  if (wanted.empty()) sockets_.erase(found);
}

std::vector<ServiceSockets::Named> ServiceSockets::of(std::uint32_t service) const {
  std::vector<Named> named;
  const auto found = sockets_.find(service);
  if (found == sockets_.end()) return named;
  for (std::size_t i = 0; i < found->second.size(); ++i)
    if (found->second[i].fd)
      named.push_back(
          {programs_.services[service].details->listen[i].name, found->second[i].fd.get()});
  return named;
}

}  // namespace my_init::app
