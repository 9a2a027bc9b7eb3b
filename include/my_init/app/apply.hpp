#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/config/diagnostic.hpp"

namespace my_init::app {

enum class ApplyMode : std::uint8_t {
  dry_run,  ///< only say what would be done
  commit,
};

/// What becomes of a service when the definitions are read again.
enum class ServiceChange : std::uint8_t {
  added,
  removed,    ///< stopped, if it runs, and no longer shown
  restarted,  ///< its process is made otherwise
  started,    ///< enabled now
  stopped,    ///< no longer enabled
  updated,    ///< what is different takes effect without a restart
  unchanged,
};

/// "restarted".
[[nodiscard]] std::string_view word_of(ServiceChange change);

struct ChangedService {
  std::string name;
  ServiceChange change = ServiceChange::unchanged;

  friend bool operator==(const ChangedService&, const ChangedService&) = default;
};

/// What reading the definitions again has done, or would do. All of it or nothing.
struct ApplyResult {
  enum class Outcome : std::uint8_t {
    done,     ///< or would be, with ApplyMode::dry_run
    invalid,  ///< the definitions have errors: nothing was changed
    not_now,  ///< there is nothing to apply them to: start-up, shutdown, no services wanted
  };
  Outcome outcome = Outcome::done;
  std::string reason;                           ///< of not_now: "the shutdown has begun"
  std::vector<ChangedService> services;         ///< every one; those that are removed come last
  std::vector<config::Diagnostic> diagnostics;  ///< errors and warnings

  /// "web restarted, worker added, 3 unchanged"; of an outcome that is not done why it is not.
  [[nodiscard]] std::string summary() const;
};

}  // namespace my_init::app
