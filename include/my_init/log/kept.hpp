#pragma once

#include <cstddef>

#include "my_init/log/captured.hpp"
#include "my_init/log/ring.hpp"

namespace my_init::log {

/// What is kept of a service's output for the loop thread. Shared by both threads.
struct Kept {
  explicit Kept(std::size_t limit) : ring(limit) {}
  Ring ring;
  OutputCounters counters;
  bool followed = false;  ///< the next line is to be told: LogThread::lines_after
};

}  // namespace my_init::log
