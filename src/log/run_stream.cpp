#include "my_init/log/run_stream.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "my_init/log/block.hpp"

namespace my_init::log {
namespace {

/// At most kMaxLine: then only the first line in the buffer can be too long.
constexpr std::size_t kReadSize = kMaxLine;

}  // namespace

RunStream::Read RunStream::read(ReadBuffer& buffer) {
  char* const room = buffer.room(kMaxLine + kReadSize + 1);
  std::memcpy(room, begun_.data(), begun_.size());
  const ssize_t length = ::read(pipe_.get(), room + begun_.size(), kReadSize);
  if (length <= 0) {
    const bool at_end = length == 0 || (errno != EAGAIN && errno != EINTR);
    return {0, {}, at_end};
  }
  const auto bytes = static_cast<std::size_t>(length);
  std::size_t size = begun_.size() + bytes;
  if (size > kMaxLine && std::memchr(room, '\n', kMaxLine + 1) == nullptr) {
    std::memmove(room + kMaxLine + 1, room + kMaxLine, size - kMaxLine);
    room[kMaxLine] = '\n';
    ++size;
  }
  const std::string_view text(room, size);
  const std::size_t last = text.rfind('\n');
  const std::size_t whole = last == text.npos ? 0 : last + 1;
  std::string(text.substr(whole)).swap(begun_);  // an assignment would keep the memory
  return {bytes, text.substr(0, whole), false};
}

std::string RunStream::complete_line() {
  if (begun_.empty()) return {};
  std::string line = std::exchange(begun_, {});
  line += '\n';
  return line;
}

std::size_t RunStream::readable() const {
  int bytes = 0;
  if (!pipe_ || ::ioctl(pipe_.get(), FIONREAD, &bytes) != 0 || bytes < 0) return 0;
  return static_cast<std::size_t>(bytes);
}

}  // namespace my_init::log
