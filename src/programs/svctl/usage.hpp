#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "my_init/base/time.hpp"
#include "my_init/protocol/service_status.hpp"

namespace my_init::svctl {

/// A process as /proc shows it to us.
struct ProcessUsage {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string command;         ///< comm, at most 15 bytes
  Duration cpu{};              ///< user and system, since it began
  std::uint64_t resident = 0;  ///< bytes
};

/// Processes, and who is whose child.
class Processes {
 public:
  explicit Processes(std::vector<ProcessUsage> all);
  /// All that can be seen, us too. None when there is no /proc.
  [[nodiscard]] static Processes look();

  [[nodiscard]] bool empty() const { return by_pid_.empty(); }
  /// nullptr when there is none.
  [[nodiscard]] const ProcessUsage* find(pid_t pid) const;
  /// By pid.
  [[nodiscard]] std::vector<const ProcessUsage*> children_of(pid_t pid) const;
  /// A process and everything below it, parents before children.
  [[nodiscard]] std::vector<const ProcessUsage*> family_of(pid_t pid) const;
  /// All of them together.
  [[nodiscard]] ProcessUsage sum() const;

 private:
  std::map<pid_t, ProcessUsage> by_pid_;
  std::multimap<pid_t, pid_t> children_;  ///< by parent
};

/// What a service uses; nothing where that cannot be known.
struct Usage {
  std::optional<Duration> cpu;  ///< since it began
  std::optional<std::uint64_t> memory;
};

/// As the service's cgroup has counted, else the sum over its main process and all below it.
[[nodiscard]] Usage usage_of(const protocol::ServiceStatus& service, const Processes& processes);

/// Fills that in where it can be known and my_init has not said it.
void fill_usage(std::vector<protocol::ServiceStatus>& services);

}  // namespace my_init::svctl
