#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace my_init::log {

/// So many lines in each second; a second begins with the first line after the last one.
class RateLimit {
 public:
  using Now = std::chrono::steady_clock::time_point;

  /// `limit` 0: none.
  explicit RateLimit(std::uint64_t limit) : limit_(limit) {}

  [[nodiscard]] bool is_set() const { return limit_ != 0; }

  /// How many of `wanted` lines may pass now.
  std::uint64_t grant(std::uint64_t wanted, Now now) {
    if (now - begin_ >= std::chrono::seconds{1}) {
      begin_ = now;
      used_ = 0;
    }
    const std::uint64_t granted = std::min(wanted, limit_ - used_);
    used_ += granted;
    return granted;
  }

 private:
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  Now begin_{};  ///< long ago: the clock began with the machine
};

}  // namespace my_init::log
