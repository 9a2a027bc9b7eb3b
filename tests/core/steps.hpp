#pragma once

#include <vector>

#include "world.hpp"

namespace my_init::core {

/// Whether the walk may ask for a shutdown, too.
enum class Shutdowns : std::uint8_t { left_out, included };

/// Everything that may happen next in a world that is decided by hand, time included.
[[nodiscard]] std::vector<Event> possible_events(const World& world, Shutdowns shutdowns);

/// What a new reading of the definitions may bring: each service to be made otherwise, to be
/// restarted never or always, to be removed when nothing needs it, or to come back.
[[nodiscard]] std::vector<Event> possible_changes(const World& world);

/// Time goes on to the next deadline with TimeAdvanced, any other event comes at once.
void take(World& world, const Event& event);

/// For messages: "exited 3", "stop".
[[nodiscard]] std::string describe(const Event& event);

/// Invariant 8: a shutdown from here comes to its end, whether everyone obeys or nobody does.
void check_that_a_shutdown_ends(const World& world);

}  // namespace my_init::core
