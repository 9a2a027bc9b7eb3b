#include "my_init/core/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace my_init::core {

double Random::symmetric() {
  // xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators".
  state_ ^= state_ >> 12;
  state_ ^= state_ << 25;
  state_ ^= state_ >> 27;
  const std::uint64_t bits = (state_ * 0x2545F4914F6CDD1DULL) >> 11;
  return static_cast<double>(bits) / static_cast<double>(1ULL << 52) - 1.0;
}

Duration backoff_delay(const Backoff& backoff, std::uint32_t step, Random& random) {
  if (backoff.initial <= Duration::zero()) return Duration::zero();
  const double longest = static_cast<double>(std::max(backoff.max, backoff.initial).count());
  const double initial = static_cast<double>(backoff.initial.count());
  const double plain = std::min(initial * std::pow(backoff.factor, step), longest);
  const double moved = plain * (1.0 + backoff.jitter * random.symmetric());
  return Duration{static_cast<Duration::rep>(std::max(moved, 0.0))};
}

bool RestartHistory::allow(const RestartLimit& limit, TimePoint now) {
  if (limit.count == 0) return true;
  std::erase_if(restarts_, [&](TimePoint restart) { return now - restart >= limit.window; });
  if (restarts_.size() >= limit.count) return false;
  restarts_.push_back(now);
  return true;
}

}  // namespace my_init::core
