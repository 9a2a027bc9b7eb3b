#pragma once

#include <cstddef>
#include <string_view>

namespace my_init {

/// Length of the valid UTF-8 character that `text` begins with, 1 to 4; 0 when there is none
/// (RFC 3629: neither overlong forms nor surrogates nor anything above U+10FFFF).
[[nodiscard]] std::size_t utf8_length(std::string_view text);

}  // namespace my_init
