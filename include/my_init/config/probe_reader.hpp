#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "my_init/config/definition.hpp"
#include "my_init/config/node.hpp"
#include "my_init/config/report.hpp"

namespace my_init::config {

/// The keys of `ready` of which it has one.
inline constexpr std::array<std::string_view, 7> kReadyWays{"notify", "fd",   "tcp", "http",
                                                            "exec",   "file", "log"};

// Each reads one way to probe a service, and returns nothing after it has reported what is wrong.

[[nodiscard]] std::optional<Probe> read_tcp_probe(std::string_view key, const Node& value,
                                                  Report& report);

[[nodiscard]] std::optional<Probe> read_http_probe(std::string_view key, const Node& value,
                                                   Report& report);

/// Reports the second entry of `map` whose key is one of `ways`, of which there may be one.
/// Returns whether there is any.
bool expect_one_way(std::string_view key, const Node& map, std::span<const std::string_view> ways,
                    Report& report);

}  // namespace my_init::config
