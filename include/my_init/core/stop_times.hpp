#pragma once

#include <cstdint>
#include <vector>

#include "my_init/core/service_table.hpp"

namespace my_init::core {

// How long stops may take when nobody is in a hurry.

/// The steps of the service's stop that are still to come, each of which may take the grace period.
[[nodiscard]] std::uint32_t steps_left(const ServiceTable& table, ServiceId id);

/// What all of them may take.
[[nodiscard]] Duration stop_need(const ServiceTable& table, ServiceId id);

/// Per service the live dependency whose chain of stops is the longest; itself where there is none.
[[nodiscard]] std::vector<ServiceId> heaviest_dependencies(const ServiceTable& table);

/// The times to stop from the service along its heaviest dependencies.
[[nodiscard]] std::vector<Duration> chain_from(const ServiceTable& table, ServiceId id,
                                               const std::vector<ServiceId>& heaviest);

/// The times to stop along the chain of live services that takes longest, first to last.
[[nodiscard]] std::vector<Duration> longest_chain(const ServiceTable& table);

}  // namespace my_init::core
