#pragma once

#include <span>
#include <string>
#include <string_view>

namespace my_init::config {

/// A kind of value that several keys have, or one that only some key has.
struct ValueShape {
  std::string_view name;
  std::string_view words;   ///< "a duration such as 1m30s"
  std::string_view schema;  ///< JSON Schema
};

[[nodiscard]] std::span<const ValueShape> value_shapes();

/// KeyNote::shape for people: "a duration such as 1m30s", "0 to 255".
[[nodiscard]] std::string words_for_shape(std::string_view shape);

/// The same as a JSON Schema, for any shape but "map".
[[nodiscard]] std::string schema_for_shape(std::string_view shape);

}  // namespace my_init::config
