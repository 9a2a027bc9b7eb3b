#pragma once

#include <string>
#include <string_view>

namespace my_init::config {

/// A piece of somebody's file for a message: in single quotes, control characters escaped, cut when
/// it is long.
[[nodiscard]] std::string quote(std::string_view text);

/// The same without the quotes.
[[nodiscard]] std::string escape(std::string_view text);

/// The whole of it, on one line.
[[nodiscard]] std::string escape_controls(std::string_view text);

/// True for what a terminal may act on.
[[nodiscard]] bool is_control(char c);

}  // namespace my_init::config
