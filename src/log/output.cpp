#include "my_init/log/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "my_init/log/block.hpp"

namespace my_init::log {
namespace {

/// A buffer that has grown beyond this is given back when it is empty.
constexpr std::size_t kIdleBuffer = 4096;

/// Errors after which a later write may succeed.
bool goes_away(int number) {
  return number == ENOSPC || number == EDQUOT || number == EFBIG || number == ENOMEM ||
         number == ENOBUFS;
}

}  // namespace

Output::Output(int fd) : fd_(fd), kind_(open()) {}

Output::Kind Output::open() {
  struct stat status{};
  if (::fstat(fd_, &status) != 0) return Kind::ended;
  if (S_ISSOCK(status.st_mode)) return Kind::socket;
  terminal_ = S_ISCHR(status.st_mode) && ::isatty(fd_) == 1;
  // Not a file: what it is written at belongs to the description, which others have too.
  if (!terminal_ && !S_ISFIFO(status.st_mode)) return Kind::plain;
  const std::string path = "/proc/self/fd/" + std::to_string(fd_);
  reopened_.reset(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  return reopened_ ? Kind::without_waiting : Kind::polled;
}

std::size_t Output::write(std::string_view lines) {
  if (ended()) return 0;
  const std::size_t done = blocked_ ? 0 : deliver(lines);
  if (!blocked_) return done;
  keep(lines.substr(done));
  return lines.size();
}

std::size_t Output::write_some(std::string_view lines) {
  if (blocked_ || ended()) return 0;
  const std::size_t done = deliver(lines);
  if (!blocked_ || done == 0 || lines[done - 1] == '\n') return done;
  const std::string_view rest = first_line(lines.substr(done));
  keep(rest);
  return done + rest.size();
}

void Output::resume() {
  blocked_ = false;
  if (ended()) return;
  const std::string_view rest = std::string_view(pending_).substr(pending_begin_);
  const std::size_t done = deliver(rest);
  pending_begin_ += done;
  if (blocked_) return;
  pending_begin_ = 0;
  pending_.clear();
  if (pending_.capacity() > kIdleBuffer) std::string().swap(pending_);
}

void Output::end() {
  kind_ = Kind::ended;
  reopened_.reset();
  blocked_ = false;
  std::string().swap(pending_);
  pending_begin_ = 0;
}

/// Writes until all is written, nothing more is taken (blocked_), or an error.
std::size_t Output::deliver(std::string_view text) {
  if (cut_ && !text.empty()) {
    cut_ = attempt("\n") != 1;
    if (cut_) return 0;
  }
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = attempt(text.substr(done));
    if (written > 0) {
      done += static_cast<std::size_t>(written);
      continue;
    }
    const int number = written == 0 ? ENOSPC : errno;
    if (number == EINTR) continue;
    blocked_ = number == EAGAIN;
    if (blocked_) break;
    cut_ = done > 0 && text[done - 1] != '\n';
    if (!goes_away(number)) end();
    break;
  }
  return done;
}

ssize_t Output::attempt(std::string_view text) const {
  switch (kind_) {
    case Kind::plain:
    case Kind::without_waiting:
      return ::write(wait_fd(), text.data(), text.size());
    case Kind::polled: {
      // A pipe that poll(2) calls writable takes PIPE_BUF bytes.
      pollfd writable{fd_, POLLOUT, 0};
      if (::poll(&writable, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
      }
      return ::write(fd_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    }
    case Kind::socket:
      return ::send(fd_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    case Kind::ended:
      break;
  }
  errno = EPIPE;
  return -1;
}

void Output::keep(std::string_view rest) {
  if (pending_begin_ > pending_.size() / 2) {
    pending_.erase(0, pending_begin_);
    pending_begin_ = 0;
  }
  pending_ += rest;
}

bool same_reader(int one, int other) {
  struct stat first{};
  struct stat second{};
  if (::fstat(one, &first) != 0 || ::fstat(other, &second) != 0) return false;
  if (first.st_dev != second.st_dev || first.st_ino != second.st_ino) return false;
  return S_ISFIFO(first.st_mode) || S_ISSOCK(first.st_mode) ||
         (S_ISCHR(first.st_mode) && ::isatty(one) == 1);
}

}  // namespace my_init::log
