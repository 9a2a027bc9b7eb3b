#include "actor_files.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace my_init::test {
namespace {

/// The socket, or -1 when it cannot be bound.
int bind_port(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

bool send_notification(const std::string& text, int fd) {
  const char* place = ::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string_view name = place == nullptr ? "" : place;
  if (name.empty() || name.size() >= sizeof address.sun_path) return false;
  name.copy(address.sun_path, name.size());
  if (name.starts_with('@')) address.sun_path[0] = '\0';
  std::string bytes = text;
  iovec part{bytes.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> control{};
  msghdr message{};
  message.msg_name = &address;
  message.msg_namelen = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    auto* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  const int sender = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool is_sent = ::sendmsg(sender, &message, MSG_NOSIGNAL) >= 0;
  ::close(sender);
  return is_sent;
}

std::string contents_of(int fd) {
  std::array<char, 256> bytes{};
  const auto size = ::pread(fd, bytes.data(), bytes.size(), 0);
  return size < 0 ? "nothing" : std::string(bytes.data(), static_cast<std::size_t>(size));
}

const char* can_bind(std::uint16_t port) {
  const int fd = bind_port(port);
  if (fd >= 0) ::close(fd);
  return fd >= 0 ? "bound" : "refused";
}

int listen_at(std::uint16_t port) {
  const int fd = bind_port(port);
  return fd >= 0 && ::listen(fd, 16) == 0 ? fd : -1;
}

void answer(int listener, const std::string& status) {
  const auto text = "HTTP/1.1 " + status + " So\r\nContent-Length: 0\r\n\r\n";
  for (;;) {
    const int connection = ::accept(listener, nullptr, nullptr);
    if (connection < 0) continue;
    std::array<char, 4096> request{};
    if (::read(connection, request.data(), request.size()) > 0) {
      (void)!::write(connection, text.data(), text.size());
    }
    ::close(connection);
  }
}

void accept_clients(int socket, long count, const std::string& name) {
  for (long i = 0; i != count; ++i) {
    const int client = ::accept(socket, nullptr, nullptr);
    if (client < 0) ::_exit(123);
    // A client that has gone is no reason to end.
    [[maybe_unused]] const auto sent = ::send(client, name.data(), name.size(), MSG_NOSIGNAL);
    ::close(client);
  }
}

}  // namespace my_init::test
