#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace my_init {

/// The number of "SIGTERM", "TERM", "sigterm", "15", "SIGRTMIN", "SIGRTMIN+3", "RTMAX-1"; nothing
/// for what is no signal of this kernel (1..64).
[[nodiscard]] std::optional<int> signal_number(std::string_view name);

/// "SIGTERM", "SIGRTMIN+3"; "signal 99" for a number without a name.
[[nodiscard]] std::string signal_name(int number);

}  // namespace my_init
