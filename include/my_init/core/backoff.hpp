#pragma once

#include <cstdint>
#include <vector>

#include "my_init/core/service_spec.hpp"

namespace my_init::core {

/// A small reproducible source of randomness, for jitter: the core has no other.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed | 1) {}
  /// Uniform in [-1, 1].
  double symmetric();

 private:
  std::uint64_t state_;
};

/// The delay before restart number `step` (0 = first) of a row.
[[nodiscard]] Duration backoff_delay(const Backoff& backoff, std::uint32_t step, Random& random);

/// The restarts of one service that its limit still remembers.
class RestartHistory {
 public:
  /// Whether one more restart at `now` stays within the limit; then it is remembered.
  bool allow(const RestartLimit& limit, TimePoint now);
  void clear() { restarts_.clear(); }

 private:
  std::vector<TimePoint> restarts_;  ///< oldest first, at most limit.count
};

}  // namespace my_init::core
