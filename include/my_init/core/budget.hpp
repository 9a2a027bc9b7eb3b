#pragma once

#include <optional>
#include <vector>

#include "my_init/base/time.hpp"

namespace my_init::core {

/// What the first of several steps that follow one another may take, when all of them together have
/// `available`: each gets what it wants or the same bound, whichever is less, and the bound is as
/// large as the sum allows. So a step that wants 60 s cannot take the 2 s that a later one wants.
[[nodiscard]] Duration fair_share(const std::vector<Duration>& wants, Duration available);

/// After SIGKILL a process is gone at once, unless it is in uninterruptible sleep: a shutdown gives
/// up on it after this long.
constexpr Duration kPatienceAfterKill = std::chrono::seconds{2};

/// The one limit of a whole shutdown. Without an end nothing is limited but by its own grace
/// period.
struct ShutdownBudget {
  std::optional<TimePoint> end;
  Duration reserve{};  ///< kept for the last phase, where strays get their SIGTERM
  std::vector<Duration>
      afterwards;  ///< what the steps want that follow any that share() is asked for

  /// What the first of `wants` gets from now on; never negative.
  [[nodiscard]] Duration share(std::vector<Duration> wants, TimePoint now) const;

  /// How long to wait for a process after SIGKILL: a fraction of what is left, so that any number
  /// of stuck ones stays within the whole.
  [[nodiscard]] Duration patience_after_kill(TimePoint now) const;
};

}  // namespace my_init::core
