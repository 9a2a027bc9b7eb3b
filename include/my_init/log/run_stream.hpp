#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "my_init/base/unique_fd.hpp"

namespace my_init::log {

/// The most that one read takes. A copy of it fits into a processor's second cache.
inline constexpr std::size_t kReadSize = 256U << 10U;

/// Room for what one read brings and for the begun line before it; one for all streams. It has no
/// memory before the first read, and then only as much as has been written to: nothing clears it.
class ReadBuffer {
 public:
  /// The room, at least `size` bytes.
  [[nodiscard]] char* room(std::size_t size) {
    if (size_ < size) bytes_ = std::make_unique_for_overwrite<char[]>(size);
    size_ = std::max(size_, size);
    return bytes_.get();
  }

  /// Gives back what only large reads need; what was read is gone.
  void trim();

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

/// The read end of one pipe, and the line that is begun there.
class RunStream {
 public:
  RunStream() = default;
  explicit RunStream(UniqueFd pipe) : pipe_(std::move(pipe)) {}  ///< does not block

  struct Read {
    std::size_t bytes = 0;   ///< 0: nothing there, or at the end
    std::string_view lines;  ///< whole lines, in the buffer; a line that is too long is split
    bool at_end = false;     ///< nothing will ever come again
  };

  /// One read(2). At the end the pipe stays open, so that the caller can take it out of an epoll
  /// first: closing it does not do that while a forked child has a copy.
  Read read(ReadBuffer& buffer);
  void close() { pipe_.reset(); }

  /// The line that is begun, completed with a newline; empty when there is none.
  [[nodiscard]] std::string complete_line();

  [[nodiscard]] bool is_open() const { return static_cast<bool>(pipe_); }
  [[nodiscard]] int fd() const { return pipe_.get(); }
  /// Bytes that are in the pipe.
  [[nodiscard]] std::size_t readable() const;

  /// Bytes that the pipe takes before its writer must wait.
  [[nodiscard]] std::size_t capacity() const;
  /// Sets the capacity to `bytes`, if the kernel grants that. What it is then.
  std::size_t resize(std::size_t bytes);

 private:
  UniqueFd pipe_;
  std::string begun_;  ///< at most kMaxLine bytes, no newline
};

}  // namespace my_init::log
