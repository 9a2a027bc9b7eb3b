#include "my_init/core/budget.hpp"

#include <algorithm>

namespace my_init::core {

Duration fair_share(const std::vector<Duration>& wants, Duration available) {
  if (wants.empty()) return Duration::zero();
  std::vector<Duration> sorted = wants;
  std::ranges::sort(sorted);
  Duration left = std::max(available, Duration::zero());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const Duration bound = left / static_cast<Duration::rep>(sorted.size() - i);
    if (sorted[i] > bound) return std::min(wants.front(), bound);
    left -= sorted[i];
  }
  return wants.front();
}

Duration ShutdownBudget::share(std::vector<Duration> wants, TimePoint now) const {
  if (wants.empty()) return Duration::zero();
  if (!end) return wants.front();
  wants.insert(wants.end(), afterwards.begin(), afterwards.end());
  return fair_share(wants, *end - reserve - now);
}

Duration ShutdownBudget::patience_after_kill(TimePoint now) const {
  if (!end) return kPatienceAfterKill;
  return std::clamp(Duration{(*end - now) / 4}, Duration::zero(), kPatienceAfterKill);
}

}  // namespace my_init::core
