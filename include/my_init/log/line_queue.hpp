#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "my_init/log/line.hpp"

namespace my_init::log {

/// Lines on their way to a file descriptor, and the one thread that writes them. The thread sleeps
/// while there is nothing to write. When it cannot be started, push() writes by itself.
///
/// Lines that do not fit into `capacity`, and those whose write failed (EPIPE, ENOSPC, EBADF ...),
/// are lost; how many is told in a line of its own at the place where they are missing.
class LineQueue {
 public:
  /// `fd` is borrowed. All signals must be blocked in the calling thread: the new one inherits
  /// that, so that SIGPIPE stays harmless.
  LineQueue(int fd, std::size_t capacity);
  ~LineQueue();  ///< waits at most one second for the queue to empty
  LineQueue(const LineQueue&) = delete;
  LineQueue& operator=(const LineQueue&) = delete;

  /// Queues a line, which ends in a newline. Never waits for the reader of the file descriptor.
  void push(std::string_view line);

  /// Wakes the thread when there are lines for it. Not part of push(): waking it costs more than a
  /// line, and a turn of the loop has several.
  void submit();

  /// Counts a line that never reached the queue as lost.
  void count_lost();

  /// The style of the lines that the queue writes itself.
  void set_style(const LineStyle& style);

  /// Waits until the queue is empty and everything is written, at most `limit`. True when it is.
  bool flush(std::chrono::milliseconds limit);

 private:
  struct State;
  class Writer;
  std::shared_ptr<State> state_;  ///< shared with the thread, which may outlive us when it is stuck
};

}  // namespace my_init::log
