#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init {

/// A port of this machine's loopback interface for one test. Nobody listens on it at first, so
/// connections are refused, and no other program gets it.
class LoopbackServer {
 public:
  explicit LoopbackServer(int family = AF_INET) : socket_(make_socket(family)) {
    sockaddr_in6 address{};  // large enough for both families, whose ports are at the same place
    address.sin6_family = static_cast<sa_family_t>(family);
    address.sin6_addr = in6addr_loopback;
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(address);
    if (family == AF_INET) ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = family == AF_INET ? sizeof ipv4 : sizeof address;
    auto* general = reinterpret_cast<sockaddr*>(&address);
    available_ = ::bind(socket_.get(), general, length) == 0 &&
                 ::getsockname(socket_.get(), general, &length) == 0;
    port_ = std::to_string(ntohs(address.sin6_port));
  }
  ~LoopbackServer() {
    ::shutdown(socket_.get(), SHUT_RDWR);  // ends an accept that waits
    if (thread_.joinable()) thread_.join();
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  /// False where the machine has no such address.
  [[nodiscard]] bool available() const { return available_; }
  [[nodiscard]] const std::string& port() const { return port_; }

  /// The kernel accepts connections; nobody reads what they send.
  void listen() { REQUIRE(::listen(socket_.get(), 5) == 0); }

  /// Waits for one request, sends the pieces, each in a packet of its own, and closes.
  void answer(std::vector<std::string> pieces) {
    listen();
    thread_ = std::thread([this, pieces = std::move(pieces)] {
      const UniqueFd connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (connection) serve(connection.get(), pieces);
    });
  }

  /// Accepts one connection and closes it without reading.
  void close_at_once() {
    listen();
    thread_ = std::thread(
        [this] { UniqueFd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)).reset(); });
  }

  /// The request, when the server has closed.
  [[nodiscard]] std::string request() {
    thread_.join();
    return request_;
  }

 private:
  static UniqueFd make_socket(int family) {
    return UniqueFd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  }

  void serve(int connection, const std::vector<std::string>& pieces) {
    std::array<char, 4096> bytes{};
    while (!request_.ends_with("\r\n\r\n")) {
      const ssize_t length = ::recv(connection, bytes.data(), bytes.size(), 0);
      if (length <= 0) return;
      request_.append(bytes.data(), static_cast<std::size_t>(length));
    }
    const int on = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    for (std::string_view piece : pieces) {
      while (!piece.empty()) {
        const ssize_t length = ::send(connection, piece.data(), piece.size(), MSG_NOSIGNAL);
        if (length <= 0) return;  // the probe knows enough
        piece.remove_prefix(static_cast<std::size_t>(length));
      }
    }
  }

  UniqueFd socket_;
  std::string port_;
  std::string request_;
  std::thread thread_;
  bool available_ = false;
};

}  // namespace my_init
