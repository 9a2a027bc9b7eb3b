#include "my_init/log/run_stream.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "my_init/log/block.hpp"

namespace my_init::log {
namespace {

/// A begun line, a read, and a newline for each place where that can be split.
constexpr std::size_t kRoom = kMaxLine + kReadSize + kReadSize / kMaxLine + 1;

/// What an idle buffer may keep.
constexpr std::size_t kKept = kMaxLine;

/// Puts a newline into each line that is too long; there must be room for it. The new size.
std::size_t split_long_lines(char* text, std::size_t size) {
  std::size_t begin = 0;  // of a line
  while (size - begin > kMaxLine) {
    const std::size_t end = std::string_view(text + begin, kMaxLine + 1).rfind('\n');
    if (end == std::string_view::npos) {
      char* const cut = text + begin + kMaxLine;
      std::memmove(cut + 1, cut, size - begin - kMaxLine);
      *cut = '\n';
      ++size;
      begin += kMaxLine + 1;
    } else {
      begin += end + 1;
    }
  }
  return size;
}

}  // namespace

void ReadBuffer::trim() {
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  if (size_ <= kKept) return;
  const auto address = reinterpret_cast<std::uintptr_t>(bytes_.get());
  const std::uintptr_t begin = (address + kKept + page - 1) / page * page;
  const std::uintptr_t end = (address + size_) / page * page;
  if (begin < end) ::madvise(bytes_.get() + (begin - address), end - begin, MADV_DONTNEED);
}

RunStream::Read RunStream::read(ReadBuffer& buffer) {
  char* const room = buffer.room(kRoom);
  std::memcpy(room, begun_.data(), begun_.size());
  const ssize_t length = ::read(pipe_.get(), room + begun_.size(), kReadSize);
  if (length <= 0) {
    const bool at_end = length == 0 || (errno != EAGAIN && errno != EINTR);
    return {0, {}, at_end};
  }
  const auto bytes = static_cast<std::size_t>(length);
  const std::string_view text(room, split_long_lines(room, begun_.size() + bytes));
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

std::size_t RunStream::capacity() const {
  return static_cast<std::size_t>(std::max(::fcntl(pipe_.get(), F_GETPIPE_SZ), 0));
}

std::size_t RunStream::resize(std::size_t bytes) {
  static_cast<void>(::fcntl(pipe_.get(), F_SETPIPE_SZ, static_cast<int>(bytes)) < 0);
  return capacity();
}

}  // namespace my_init::log
