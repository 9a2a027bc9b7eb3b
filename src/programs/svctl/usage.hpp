#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "my_init/base/time.hpp"

namespace my_init::svctl {

/// A process as /proc shows it to us.
struct ProcessUsage {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string command;         ///< comm, at most 15 bytes
  Duration cpu{};              ///< user and system, since it began
  std::uint64_t resident = 0;  ///< bytes
};

/// All processes that can be seen, by pid. Empty when there is no /proc.
[[nodiscard]] std::map<pid_t, ProcessUsage> all_processes();

/// A process and everything below it, parents before children.
[[nodiscard]] std::vector<ProcessUsage> family_of(pid_t pid,
                                                  const std::map<pid_t, ProcessUsage>& all);

}  // namespace my_init::svctl
