#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "command.hpp"
#include "connection.hpp"

namespace my_init::svctl {

enum class Verdict : std::uint8_t { reached, not_yet, impossible };

/// Whether a service has become what it was to be, or can no longer by itself. With a crash the
/// goal `running` is given up, as the next try may be far away; `healthy` and the others wait on.
[[nodiscard]] Verdict verdict_on(const protocol::ServiceStatus& service, Goal goal);

/// Reads changes until each of `services` has reached the goal, at most until the time-out; what
/// is waited for is shown when standard error is a terminal. Those that cannot are told with their
/// last lines, then it is a Stop{failed}. A service that does not tell when it is ready must run
/// for 300 ms: most programs that cannot work have ended by then.
void await(const Common& common, Connection& connection,
           const std::vector<protocol::ServiceStatus>& services, Goal goal);

/// "web is in backoff: exited with status 1; starts again in 2s"
[[nodiscard]] std::string sentence_about(const protocol::ServiceStatus& service);

/// The newest lines of a service, for a message: "  web | line\n" each; empty when there are none.
[[nodiscard]] std::string last_lines_of(const Common& common, const std::string& service);

}  // namespace my_init::svctl
