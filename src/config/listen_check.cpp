#include "my_init/config/listen_check.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <unordered_map>

#include "my_init/config/quote.hpp"

namespace my_init::config {
namespace {

constexpr std::string_view kAll = "*";

struct Owner {
  std::string_view service;
  std::string_view socket;
  Place place;
};

/// Who has which address; the first one stays.
class Addresses {
 public:
  /// Takes the address of `socket`. nullptr when nobody had it.
  const Owner* take(const ListenSocket& socket, const Owner& owner) {
    if (socket.kind == ListenSocket::Kind::unix_stream) return put(socket.address, owner);
    if (socket.address != kAll) {
      const bool is_ipv6 = socket.address.contains(':');
      const bool is_all = socket.address == "0.0.0.0" || socket.address == "::";
      return take(is_ipv6 ? '6' : '4', is_all ? kAll : socket.address, socket.port, owner);
    }
    const Owner* const ipv4 = take('4', kAll, socket.port, owner);
    const Owner* const ipv6 = take('6', kAll, socket.port, owner);
    return ipv4 != nullptr ? ipv4 : ipv6;
  }

 private:
  const Owner* take(char family, std::string_view address, int port, const Owner& owner) {
    const std::string any = fmt::format("{} {}", family, port);
    const std::string all = fmt::format("{} {}", any, kAll);
    const Owner* const first = put(any, owner);
    if (address == kAll) {
      put(all, owner);
      return first;
    }
    const Owner* const same = put(fmt::format("{} {}", any, address), owner);
    const auto of_all = owners_.find(all);
    return of_all != owners_.end() ? &of_all->second : same;
  }

  /// Who has `key` already; nullptr when it is free, and `owner`'s from now on.
  const Owner* put(const std::string& key, const Owner& owner) {
    const auto [found, is_new] = owners_.emplace(key, owner);
    return is_new ? nullptr : &found->second;
  }

  std::unordered_map<std::string, Owner> owners_;
};

}  // namespace

void check_listen(const std::vector<Draft>& drafts, Report& report) {
  Addresses addresses;
  for (const Draft& draft : drafts) {
    const std::vector<ListenSocket>& sockets = draft.definition.execution.details->listen;
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      const Place place = draft.listen_places[i];
      const Owner* const owner = addresses.take(
          sockets[i],
          {.service = draft.definition.spec.name, .socket = sockets[i].name, .place = place});
      if (owner == nullptr) continue;
      report.error(place, fmt::format("this address is taken by socket {} of service {}: {}",
                                      quote(owner->socket), quote(owner->service),
                                      report.position(owner->place)));
    }
  }
}

}  // namespace my_init::config
