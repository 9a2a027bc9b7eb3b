#pragma once

#include <string_view>

namespace my_init::log {

/// Whether `text` is one JSON object as RFC 8259 has it, in UTF-8, with nothing but white space
/// around it. Objects and arrays nested deeper than 100 are refused: readers have such limits too.
[[nodiscard]] bool is_json_object(std::string_view text);

}  // namespace my_init::log
