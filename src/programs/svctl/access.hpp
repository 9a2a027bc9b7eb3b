#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace my_init::svctl {

// Who may ask `svctl serve` for what.

/// Whether a browser that names this host (the field Host) means us: an address, "localhost", or
/// one of `allowed`. Any other name may be a page of somebody else who makes its name point at us
/// (DNS rebinding).
[[nodiscard]] bool is_own_host(std::string_view host, const std::vector<std::string>& allowed);

/// Whether the field Authorization is "Bearer TOKEN". How long it takes tells nothing of `token`,
/// which is not empty, but its length.
[[nodiscard]] bool has_token(std::string_view authorization, std::string_view token);

/// The token of `file`, or without one of the variable MY_INIT_SERVE_TOKEN; empty when there is
/// none. Stop{usage} when it cannot be read or is too short to be a secret.
[[nodiscard]] std::string configured_token(const std::string& file);

}  // namespace my_init::svctl
