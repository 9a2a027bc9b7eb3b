#pragma once

#include <span>
#include <string_view>

#include "my_init/config/load_context.hpp"

namespace my_init::config {

/// One key of a map that is itself the value of a key.
struct NamedField {
  std::string_view name;
  KeyReader read;
};

/// Reads the map `map`, whose keys are `fields`. What is no map, an unknown key, and a key without
/// value are reported.
void read_fields(std::string_view key, const Node& map, std::span<const NamedField> fields,
                 Reading& reading);

}  // namespace my_init::config
