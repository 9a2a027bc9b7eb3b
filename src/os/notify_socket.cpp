#include "my_init/os/notify_socket.hpp"

#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "unix_address.hpp"

namespace my_init::os {

namespace {

constexpr std::size_t kMaxText = 8192;
constexpr std::size_t kMaxFds = 16;
constexpr mode_t kEveryoneMaySend = 0666;

/// 128 random bits in hexadecimal; empty when the kernel has none.
std::string random_name() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, 16> bytes{};
  const ssize_t size = ::getrandom(bytes.data(), bytes.size(), GRND_NONBLOCK);
  if (size != static_cast<ssize_t>(bytes.size())) return {};
  std::string name;
  for (const unsigned char byte : bytes) {
    name += kDigits[byte >> 4U];
    name += kDigits[byte & 15U];
  }
  return name;
}

bool bind_to(int fd, const std::string& name) {
  const std::optional<UnixAddress> address = unix_address(name);
  return address && ::bind(fd, address->get(), address->size) == 0;
}

/// What recvmsg(2) gave: the datagram and all that came along, owned.
struct Received {
  std::string_view text;
  std::vector<UniqueFd> fds;
  std::optional<ucred> sender;
  bool whole = true;  ///< nothing was cut off
};

void take_control(const cmsghdr& control, Received& received) {
  if (control.cmsg_level != SOL_SOCKET) return;
  const std::size_t size = control.cmsg_len - CMSG_LEN(0);
  const unsigned char* const data = CMSG_DATA(&control);
  if (control.cmsg_type == SCM_CREDENTIALS && size >= sizeof(ucred)) {
    ucred sender{};
    std::memcpy(&sender, data, sizeof sender);
    received.sender = sender;
  } else if (control.cmsg_type == SCM_RIGHTS) {
    for (std::size_t at = 0; at + sizeof(int) <= size; at += sizeof(int)) {
      int fd = -1;
      std::memcpy(&fd, data + at, sizeof fd);
      received.fds.emplace_back(fd);
    }
  }
}

/// The next datagram, with its text in `buffer`; nothing when none waits.
std::optional<Received> receive(int fd, std::span<char> buffer) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(kMaxFds * sizeof(int))>
      controls{};
  iovec text{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = controls.data();
  message.msg_controllen = controls.size();
  ssize_t size = -1;
  do size = ::recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (size < 0 && errno == EINTR);
  if (size < 0) return std::nullopt;
  Received received;
  received.text = std::string_view(buffer.data(), static_cast<std::size_t>(size));
  received.whole = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr;
       control = CMSG_NXTHDR(&message, control))
    take_control(*control, received);
  return received;
}

/// Nothing when it says nothing; its descriptors are closed then, as are those nobody asked for.
std::optional<Notification> understand(Received received) {
  if (!received.whole || !received.sender) return std::nullopt;
  Notification notification;
  notification.text = parse_notify_text(received.text);
  notification.sender_pid = received.sender->pid;
  notification.sender_uid = received.sender->uid;
  NotifyText& text = notification.text;
  if (text.barrier && received.fds.size() != 1) return std::nullopt;
  if (text.barrier) notification.barrier = std::move(received.fds.front());
  if (text.store_fds && received.fds.empty()) {
    text.store_fds = false;
    text.fd_name.clear();
  }
  if (text.store_fds) notification.stored_fds = std::move(received.fds);
  if (text == NotifyText{}) return std::nullopt;
  return notification;
}

}  // namespace

Result<NotifySocket> NotifySocket::open(const std::string& directory) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Before there is a name to send to, so that every datagram has its sender.
  const int on = 1;
  if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0)
    return system_failure("open a notification socket", errno);
  const std::string name = random_name();
  if (name.empty()) return system_failure("name a notification socket", errno);
  const std::string path = directory + "/notify." + name;
  if (bind_to(fd.get(), path)) {
    SocketFile file(path);
    if (::chmod(path.c_str(), kEveryoneMaySend) == 0)
      return NotifySocket(std::move(fd), path, std::move(file));
    return system_failure("share '" + path + "'", errno);
  }
  const std::string address = "@my_init.notify." + name;
  if (!bind_to(fd.get(), address)) return system_failure("bind a notification socket", errno);
  return NotifySocket(std::move(fd), address, SocketFile{});
}

std::vector<Notification> NotifySocket::take() {
  std::vector<Notification> taken;
  std::array<char, kMaxText> buffer;
  for (int count = 0; count < kMaxTaken; ++count) {
    std::optional<Received> received = receive(fd_.get(), buffer);
    if (!received) break;
    if (auto notification = understand(std::move(*received)))
      taken.push_back(std::move(*notification));
  }
  return taken;
}

}  // namespace my_init::os
