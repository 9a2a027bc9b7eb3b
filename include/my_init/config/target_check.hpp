#pragma once

#include <string_view>

#include "my_init/base/result.hpp"

namespace my_init::config {

// Whether a text is what the keys of probes and schedules take; the error says why not.

/// "HOST:PORT", "[IPV6]:PORT".
[[nodiscard]] Result<void> check_tcp_target(std::string_view text);

/// "http://HOST[:PORT][/PATH]".
[[nodiscard]] Result<void> check_http_target(std::string_view text);

/// Five fields of cron, or a name such as @hourly.
[[nodiscard]] Result<void> check_schedule(std::string_view text);

/// A name such as Europe/Berlin. Whether the system knows it is seen only when it is used.
[[nodiscard]] Result<void> check_time_zone(std::string_view name);

}  // namespace my_init::config
