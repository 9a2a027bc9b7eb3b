#pragma once

#include <chrono>
#include <cstdint>

#include "my_init/base/time.hpp"

namespace my_init::core {

enum class RestartMode : std::uint8_t { no, always, on_failure, unless_stopped };

struct RestartPolicy {
  RestartMode mode = RestartMode::always;
  std::uint32_t max_retries = 0;  ///< on-failure:N, failures in a row; 0 = no bound

  friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};

/// Delays between the end of a run and the next start: initial, initial*factor, ... up to max, each
/// moved by up to +-jitter (a share, 0.1 = 10 %). A run of reset_after or longer begins the row
/// anew.
struct Backoff {
  Duration initial = std::chrono::milliseconds{100};
  double factor = 2;
  Duration max = std::chrono::seconds{30};
  double jitter = 0.1;
  Duration reset_after = std::chrono::seconds{10};
  bool at_once_after_reset = false;  ///< after such a run there is no delay, as runit has it

  friend bool operator==(const Backoff&, const Backoff&) = default;
};

enum class LimitEnd : std::uint8_t { fail, shutdown, retry_after };

/// At most `count` restarts within any `window`; then what `then` says. count 0 = no limit.
struct RestartLimit {
  std::uint32_t count = 0;
  Duration window = std::chrono::seconds{60};
  LimitEnd then = LimitEnd::fail;
  Duration retry_after{};  ///< only with LimitEnd::retry_after

  friend bool operator==(const RestartLimit&, const RestartLimit&) = default;
};

}  // namespace my_init::core
