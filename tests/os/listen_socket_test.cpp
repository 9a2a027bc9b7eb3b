#include "my_init/os/listen_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>

#include "../../src/os/unix_address.hpp"
#include "catch.hpp"
#include "temporary_directory.hpp"

namespace my_init::os {

namespace {

ListenAddress tcp(std::string host, std::uint16_t port = 0) {
  return {ListenAddress::Kind::tcp, std::move(host), port, std::nullopt};
}

ListenAddress unix_path(std::string path, std::optional<mode_t> mode = std::nullopt) {
  return {ListenAddress::Kind::unix_stream, std::move(path), 0, mode};
}

std::string error_of(const ListenAddress& address) {
  const Result<ListenSocket> socket = ListenSocket::open(address);
  return socket ? "no error" : socket.error().message;
}

std::uint16_t port_of(const ListenSocket& socket) {
  sockaddr_in6 address{};  // the port is at the same place in sockaddr_in
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(socket.fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin6_port);
}

bool connects_ipv4(std::uint16_t port) {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool connects_ipv6(std::uint16_t port) {
  const UniqueFd fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  address.sin6_port = htons(port);
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool connects(const std::string& path) {
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const UnixAddress address = unix_address(path).value();
  return ::connect(fd.get(), address.get(), address.size) == 0;
}

mode_t mode_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode;
}

bool has_ipv6() {
  return ListenSocket::open(tcp("::1")).has_value();
}

}  // namespace

TEST_CASE("a TCP socket accepts connections to its address", "[os][listen]") {
  const Result<ListenSocket> socket = ListenSocket::open(tcp("127.0.0.1"));
  REQUIRE(socket);
  CHECK(connects_ipv4(port_of(*socket)));
  CHECK((::fcntl(socket->fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(socket->fd.get(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("a star is every address of both families, a literal is of one", "[os][listen]") {
  const ListenSocket everywhere = ListenSocket::open(tcp("*")).value();
  CHECK(connects_ipv4(port_of(everywhere)));
  CHECK(connects_ipv6(port_of(everywhere)) == has_ipv6());
  if (!has_ipv6()) return;
  const ListenSocket ipv6 = ListenSocket::open(tcp("::")).value();
  CHECK(connects_ipv6(port_of(ipv6)));
  CHECK_FALSE(connects_ipv4(port_of(ipv6)));
  CHECK(ListenSocket::open(tcp("0.0.0.0", port_of(ipv6))));
}

TEST_CASE("a port is free again when its socket is closed, whatever is connected", "[os][listen]") {
  ListenSocket socket = ListenSocket::open(tcp("127.0.0.1")).value();
  const std::uint16_t port = port_of(socket);
  CHECK(connects_ipv4(port));
  const UniqueFd accepted(::accept4(socket.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
  CHECK(error_of(tcp("127.0.0.1", port)) ==
        "cannot listen on tcp:127.0.0.1:" + std::to_string(port) + ": address already in use");
  socket.fd.reset();
  CHECK(ListenSocket::open(tcp("127.0.0.1", port)));
}

TEST_CASE("an address that is none of ours, or none at all, is an error", "[os][listen]") {
  CHECK(error_of(tcp("192.0.2.1", 80)) ==
        "cannot listen on tcp:192.0.2.1:80: cannot assign requested address");
  CHECK(error_of(tcp("localhost", 80)) == "cannot listen on tcp:localhost:80: invalid argument");
  CHECK(describe(tcp("::1", 80)) == "tcp:[::1]:80");
  CHECK(describe(tcp("*", 80)) == "tcp:*:80");
  CHECK(error_of(unix_path("/no/such/web.sock")) ==
        "cannot listen on unix:/no/such/web.sock: no such file or directory");
  const std::string too_long = '/' + std::string(107, 'x');
  CHECK(error_of(unix_path(too_long)) ==
        "cannot listen on unix:" + too_long + ": file name too long");
}

TEST_CASE("a unix socket has its mode, and goes with its owner", "[os][listen]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("web.sock");
  const mode_t old = ::umask(027);
  {
    const ListenSocket socket = ListenSocket::open(unix_path(path)).value();
    CHECK(mode_of(path) == (S_IFSOCK | 0640));
    CHECK(connects(path));
  }
  CHECK_FALSE(std::filesystem::exists(path));
  const ListenSocket socket = ListenSocket::open(unix_path(path, 0666)).value();
  ::umask(old);
  CHECK(mode_of(path) == (S_IFSOCK | 0666));
}

TEST_CASE("a stale unix socket is replaced", "[os][listen]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("web.sock");
  const UnixAddress address = unix_address(path).value();
  UniqueFd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(dead.get(), address.get(), address.size) == 0);
  dead.reset();
  CHECK_FALSE(connects(path));
  const Result<ListenSocket> socket = ListenSocket::open(unix_path(path));
  REQUIRE(socket);
  CHECK(connects(path));
}

TEST_CASE("a unix socket in use and a file that is none are left alone", "[os][listen]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("web.sock");
  const std::string refused = "cannot listen on unix:" + path + ": address already in use";
  {
    const ListenSocket socket = ListenSocket::open(unix_path(path)).value();
    CHECK(error_of(unix_path(path)) == refused);
    CHECK(connects(path));
    REQUIRE(::listen(socket.fd.get(), 0) == 0);
    CHECK(error_of(unix_path(path)) == refused);  // its queue is full by now
  }
  std::ofstream(path) << "text";
  CHECK(error_of(unix_path(path)) == refused);
  CHECK(std::filesystem::file_size(path) == 4);
}

}  // namespace my_init::os
