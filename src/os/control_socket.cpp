#include "my_init/os/control_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "my_init/os/listen_socket.hpp"
#include "unix_address.hpp"

namespace my_init::os {
namespace {

constexpr mode_t kDirectoryMode = 0755;

bool is_abstract(const std::string& address) {
  return address.starts_with('@');
}

Result<UniqueFd> listen_abstract(const std::string& name) {
  const std::string what = "listen on " + name;
  const auto place = unix_address(name);
  if (!place) return system_failure(what, ENAMETOOLONG);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::bind(fd.get(), place->get(), place->size) < 0 || ::listen(fd.get(), SOMAXCONN) < 0)
    return system_failure(what, errno);
  return fd;
}

/// Nothing there can be written, or there is no such place.
bool cannot_write(int number) {
  return number == EROFS || number == EACCES || number == EPERM || number == ENOENT ||
         number == ENOTDIR;
}

std::vector<gid_t> groups_of_peer(int connection) {
  std::vector<gid_t> groups(64);
  auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) < 0) size = 0;
  groups.resize(size / sizeof(gid_t));
  return groups;
}

}  // namespace

std::string abstract_control_name() {
  struct stat status{};
  std::string name = "@my_init.control";
  if (::stat("/proc/self/ns/pid", &status) == 0) name += '.' + std::to_string(status.st_ino);
  return name;
}

Result<ControlSocket> ControlSocket::open(const ControlAddress& address) {
  std::string place = address.path;
  if (!is_abstract(place)) {
    ::mkdir(place.substr(0, place.rfind('/')).c_str(), kDirectoryMode);
    auto socket = ListenSocket::open(
        {ListenAddress::Kind::unix_stream, place, 0, address.group ? mode_t{0} : address.mode});
    if (socket) {
      ::fcntl(socket->fd.get(), F_SETFL, O_NONBLOCK);
      // With its mode last: nobody but the group may connect in between.
      if (address.group && (::chown(place.c_str(), static_cast<uid_t>(-1), *address.group) < 0 ||
                            ::chmod(place.c_str(), address.mode) < 0))
        return system_failure("give '" + place + "' to its group", errno);
      return ControlSocket(std::move(socket->fd), std::move(socket->file), place, address);
    }
    // What is there is no socket: nobody listens.
    struct stat status{};
    if (socket.error().number == EADDRINUSE && ::lstat(place.c_str(), &status) == 0 &&
        !S_ISSOCK(status.st_mode))
      return system_failure("listen on unix:" + place, EEXIST);
    if (!cannot_write(socket.error().number)) return std::unexpected(socket.error());
    place = abstract_control_name();
  }
  auto fd = listen_abstract(place);
  if (!fd) return std::unexpected(fd.error());
  ::fcntl(fd->get(), F_SETFL, O_NONBLOCK);
  return ControlSocket(std::move(*fd), SocketFile{}, place, address);
}

bool ControlSocket::allows_peer(int connection) const {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) return false;
  if (peer.uid == 0 || peer.uid == ::geteuid()) return true;
  if ((wanted_.mode & S_IWOTH) != 0) return true;
  if ((wanted_.mode & S_IWGRP) == 0) return false;
  const gid_t group = wanted_.group.value_or(::getegid());
  const std::vector<gid_t> others = groups_of_peer(connection);
  return peer.gid == group || std::ranges::find(others, group) != others.end();
}

Result<UniqueFd> connect_to_control(const std::string& address) {
  const std::string what = "connect to " + address;
  const auto place = unix_address(address);
  if (!place) return system_failure(what, ENAMETOOLONG);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // A server that accepts nobody must not let us wait: its queue is full then (EAGAIN).
  if (fd) ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  if (!fd || ::connect(fd.get(), place->get(), place->size) < 0) return system_failure(what, errno);
  ::fcntl(fd.get(), F_SETFL, 0);
  return fd;
}

}  // namespace my_init::os
