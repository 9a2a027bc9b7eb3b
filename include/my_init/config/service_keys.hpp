#pragma once

#include <span>
#include <string_view>

#include "my_init/config/field_reader.hpp"
#include "my_init/config/load_context.hpp"

namespace my_init::config {

/// One key of SERVICE_FORMAT.
struct ServiceKey {
  std::string_view name;
  KeyReader read;
  /// Of a key whose value is a map of known keys: these.
  std::span<const NamedField> (*fields)() = nullptr;
};

/// All of them, in the order of their names.
[[nodiscard]] std::span<const ServiceKey> service_keys();

/// nullptr when there is no such key.
[[nodiscard]] const ServiceKey* find_service_key(std::string_view name);

/// Reports a key that is none of `known`.
void unknown_key(const Node& key, std::span<const std::string_view> known, Report& report);

}  // namespace my_init::config
