#pragma once

#include <string>
#include <vector>

#include "my_init/protocol/service_status.hpp"

namespace my_init::protocol {

// What is said of a status for people to read, by svctl and in my_init's own log.

/// Why the service is as it is, what comes next, and what it says itself, as clauses: "exited with
/// status 1; starts again in 2s"; empty when there is nothing to say.
[[nodiscard]] std::string because(const ServiceStatus& service);

/// "23 (nginx) of web"
[[nodiscard]] std::string describe(const StrayStatus& stray);

/// "cgroup v2", with the numbers of services where they differ; empty when none has a process.
[[nodiscard]] std::string ways_to_follow(const std::vector<ServiceStatus>& services);

}  // namespace my_init::protocol
