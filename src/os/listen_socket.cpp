#include "my_init/os/listen_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "unix_address.hpp"

namespace my_init::os {

namespace {

constexpr std::string_view kEveryAddress = "*";
constexpr mode_t kDefaultMode = 0666;

/// A step that failed leaves its errno.
bool set_option(int fd, int level, int option, int value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

template <class Address>
bool bind_and_listen(int fd, const Address& address) {
  return set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
         ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
         ::listen(fd, SOMAXCONN) == 0;
}

UniqueFd make_socket(int family) {
  return UniqueFd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

/// -1 with errno in it when it cannot be done; so in the next two.
UniqueFd listen_ipv4(const in_addr& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = host;
  address.sin_port = htons(port);
  UniqueFd fd = make_socket(AF_INET);
  return fd && bind_and_listen(fd.get(), address) ? std::move(fd) : UniqueFd{};
}

enum class Families { ipv6_only, both };

UniqueFd listen_ipv6(const in6_addr& host, std::uint16_t port, Families families) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = host;
  address.sin6_port = htons(port);
  UniqueFd fd = make_socket(AF_INET6);
  const int only = families == Families::ipv6_only ? 1 : 0;
  if (!fd || !set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, only)) return UniqueFd{};
  return bind_and_listen(fd.get(), address) ? std::move(fd) : UniqueFd{};
}

UniqueFd listen_everywhere(std::uint16_t port) {
  UniqueFd fd = listen_ipv6(in6addr_any, port, Families::both);
  const bool without_ipv6 = !fd && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL);
  return without_ipv6 ? listen_ipv4({INADDR_ANY}, port) : std::move(fd);
}

UniqueFd listen_tcp(const ListenAddress& address) {
  in_addr ipv4{};
  in6_addr ipv6{};
  if (address.address == kEveryAddress) return listen_everywhere(address.port);
  if (::inet_pton(AF_INET, address.address.c_str(), &ipv4) == 1)
    return listen_ipv4(ipv4, address.port);
  if (::inet_pton(AF_INET6, address.address.c_str(), &ipv6) == 1)
    return listen_ipv6(ipv6, address.port, Families::ipv6_only);
  errno = EINVAL;
  return UniqueFd{};
}

/// Whether the file is a socket that nobody has open for connections any more.
bool is_stale(const ListenAddress& address, const UnixAddress& place) {
  struct stat status{};
  if (::lstat(address.address.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  // Non-blocking: a live one whose queue is full would let us wait.
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return probe && ::connect(probe.get(), place.get(), place.size) < 0 && errno == ECONNREFUSED;
}

bool bind_unix(int fd, const ListenAddress& address, const UnixAddress& place) {
  if (::bind(fd, place.get(), place.size) == 0) return true;
  if (errno != EADDRINUSE) return false;
  if (is_stale(address, place) && ::unlink(address.address.c_str()) == 0)
    return ::bind(fd, place.get(), place.size) == 0;
  errno = EADDRINUSE;
  return false;
}

/// Nobody can connect before listen(2), and by then the file has its mode.
Result<ListenSocket> listen_unix(const ListenAddress& address, const std::string& what) {
  const auto failed = [&](int number) { return system_failure(what, number); };
  const std::optional<UnixAddress> place = unix_address(address.address);
  if (!place) return failed(address.address.empty() ? EINVAL : ENAMETOOLONG);
  ListenSocket socket;
  socket.fd = make_socket(AF_UNIX);
  const int fd = socket.fd.get();
  // The file is made with the mode of its socket less the umask: no moment with more.
  if (!socket.fd || ::fchmod(fd, address.mode.value_or(kDefaultMode)) < 0) return failed(errno);
  if (!bind_unix(fd, address, *place)) return failed(errno);
  socket.file = SocketFile(address.address);
  if (address.mode && ::chmod(address.address.c_str(), *address.mode) < 0) return failed(errno);
  if (::listen(fd, SOMAXCONN) < 0) return failed(errno);
  return socket;
}

}  // namespace

std::string describe(const ListenAddress& address) {
  switch (address.kind) {
    case ListenAddress::Kind::tcp: {
      const bool is_ipv6 = address.address.find(':') != std::string::npos;
      const std::string host = is_ipv6 ? '[' + address.address + ']' : address.address;
      return "tcp:" + host + ':' + std::to_string(address.port);
    }
    case ListenAddress::Kind::unix_stream:
      break;
  }
  return "unix:" + address.address;
}

Result<ListenSocket> ListenSocket::open(const ListenAddress& address) {
  const std::string what = "listen on " + describe(address);
  switch (address.kind) {
    case ListenAddress::Kind::tcp:
      break;
    case ListenAddress::Kind::unix_stream:
      return listen_unix(address, what);
  }
  ListenSocket socket;
  socket.fd = listen_tcp(address);
  if (!socket.fd) return system_failure(what, errno);
  return socket;
}

}  // namespace my_init::os
