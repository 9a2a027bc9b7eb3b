#pragma once

#include <string_view>

#include "my_init/config/load_context.hpp"

namespace my_init::config {

/// Reads one definition, a map of the keys of SERVICE_FORMAT. Errors are reported; what could not
/// be read keeps its default.
[[nodiscard]] Draft read_service(std::string_view name, Place place, const Node& keys,
                                 LoadContext& context);

/// The same for the `defaults` of the global file, only for what it reports: there is no command.
void check_defaults(const Node& keys, LoadContext& context);

/// True for [A-Za-z0-9][A-Za-z0-9_.-]{0,63}.
[[nodiscard]] bool is_service_name(std::string_view name);

}  // namespace my_init::config
