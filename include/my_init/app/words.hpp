#pragma once

#include <string>
#include <string_view>

#include "my_init/base/log_level.hpp"
#include "my_init/base/result.hpp"
#include "my_init/base/time.hpp"

namespace my_init::app {

// Values of options and variables. The errors say what would be right.

/// "debug", "info", "warning" or "error".
[[nodiscard]] Result<LogLevel> read_log_level(std::string_view word);

/// "text" or "json".
[[nodiscard]] Result<LogFormat> read_log_format(std::string_view word);

/// "true" or "false".
[[nodiscard]] Result<bool> read_flag(std::string_view word);

/// "0" to "255".
[[nodiscard]] Result<int> read_exit_code(std::string_view word);

/// Of the control socket: "/run/x.sock", or "@x" in the abstract namespace.
[[nodiscard]] Result<std::string> read_socket_place(std::string_view word);

/// Whole or decimal seconds without a unit: "30", "0.5".
[[nodiscard]] Result<Duration> read_seconds(std::string_view word);

}  // namespace my_init::app
