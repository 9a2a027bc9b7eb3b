#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "my_init/protocol/service_status.hpp"

namespace my_init::svctl {

/// The first start of one service. Times are milliseconds since my_init began; -1: not yet.
struct BootRow {
  std::string name;
  std::string state;  ///< now
  std::int64_t started_ms = -1;
  std::int64_t ready_ms = -1;
  std::string waited_for;    ///< the dependency that was ready last; empty: none
  bool is_later = false;     ///< the boot was over: by hand, or by its schedule
  bool is_critical = false;  ///< the boot had to wait for it
};

/// In the order of the starts; those that have never started come last.
struct Boot {
  std::vector<BootRow> rows;
  std::vector<std::string> critical_chain;  ///< the first start first
};

[[nodiscard]] Boot boot_of(const std::vector<protocol::ServiceStatus>& services);

}  // namespace my_init::svctl
