#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace my_init::svctl {

/// As text or as the value of an attribute of XML 1.0. What cannot stand there (control characters,
/// bytes that are no UTF-8) becomes U+FFFD.
[[nodiscard]] std::string xml(std::string_view text);

/// At most `most` characters: the last one is "…" where there were more.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t most);

}  // namespace my_init::svctl
