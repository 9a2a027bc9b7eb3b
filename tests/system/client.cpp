#include "client.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <ctime>

#include "catch.hpp"

namespace my_init::test {
namespace {

sockaddr_in local(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

UniqueFd make_socket(int family) {
  UniqueFd fd{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const timeval limit{10, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return fd;
}

template <class Address>
std::optional<std::string> ask(int fd, const Address& address, const std::string& request) {
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) return {};
  // Even nothing cannot be sent to one that has answered and closed already.
  const auto size = request.size();
  if (size > 0 && ::send(fd, request.data(), size, MSG_NOSIGNAL) < 0) return {};
  std::string answer;
  std::array<char, 4096> bytes{};
  ssize_t count = 0;
  while ((count = ::recv(fd, bytes.data(), bytes.size(), 0)) > 0) {
    answer.append(bytes.data(), static_cast<std::size_t>(count));
  }
  if (count < 0) return {};
  return answer;
}

}  // namespace

PortHolder hold_port() {
  PortHolder holder{make_socket(AF_INET), 0};
  auto address = local(0);
  socklen_t size = sizeof address;
  auto* const place = reinterpret_cast<sockaddr*>(&address);
  const bool held = ::bind(holder.socket.get(), place, size) == 0 &&
                    ::listen(holder.socket.get(), 1) == 0 &&
                    ::getsockname(holder.socket.get(), place, &size) == 0;
  if (held) holder.port = ntohs(address.sin_port);
  return holder;
}

std::uint16_t free_port() {
  return hold_port().port;
}

std::optional<std::string> ask_port(std::uint16_t port, const std::string& request) {
  return ask(make_socket(AF_INET).get(), local(port), request);
}

std::optional<std::string> ask_path(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(&address.sun_path[0], sizeof address.sun_path - 1);
  return ask(make_socket(AF_UNIX).get(), address, {});
}

PortStream::PortStream(std::uint16_t port, const std::string& request)
    : socket_(make_socket(AF_INET)) {
  const auto address = local(port);
  REQUIRE(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
  const auto size = ::send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL);
  REQUIRE(size == std::ssize(request));
}

ssize_t PortStream::read_some() {
  std::array<char, 4096> bytes{};
  const ssize_t size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (size > 0) text_.append(bytes.data(), static_cast<std::size_t>(size));
  return size;
}

void PortStream::wait_for(const std::string& text) {
  while (text_.find(text) == std::string::npos)
    if (read_some() <= 0) FAIL("'" << text << "' does not come, but: " << text_);
}

bool PortStream::ends() {
  ssize_t size = 0;
  while ((size = read_some()) > 0) continue;
  return size == 0 || errno == ECONNRESET;
}

}  // namespace my_init::test
