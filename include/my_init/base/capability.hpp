#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace my_init {

/// The number (0..40) of a capability of capabilities(7): "NET_BIND_SERVICE",
/// "CAP_NET_BIND_SERVICE", in either case; nothing for an unknown name. "ALL" is no capability but
/// all of them.
[[nodiscard]] std::optional<int> capability_number(std::string_view name);

/// "CAP_NET_BIND_SERVICE"; "capability 63" for a number without a name.
[[nodiscard]] std::string capability_name(int number);

}  // namespace my_init
