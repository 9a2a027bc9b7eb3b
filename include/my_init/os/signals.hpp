#pragma once

#include <optional>
#include <vector>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::os {

/// Blocks every signal that can be blocked in this thread and all threads made later, and sets
/// every disposition to its default (an inherited SIG_IGN of SIGCHLD would lose exit statuses, and
/// ignored ones would reach the children). Call before the first thread exists. Synchronous faults
/// (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS) stay unblocked.
void take_over_signals();

/// A signalfd(2) over all blocked signals except SIGCHLD, which belongs to the reaper.
class SignalSource {
 public:
  [[nodiscard]] static Result<SignalSource> create();

  [[nodiscard]] int fd() const { return fd_.get(); }

  /// The numbers that arrived since the last call, in the kernel's order; empty when there is none.
  [[nodiscard]] std::vector<int> take();

 private:
  explicit SignalSource(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace my_init::os
