#pragma once

#include <string>
#include <string_view>

namespace my_init {

/// `text` as a JSON string with its quotes. Valid UTF-8 stays; each byte that is not part of valid
/// UTF-8 becomes \ufffd, control characters are escaped: the result is always strict JSON.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace my_init
