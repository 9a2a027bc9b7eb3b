#pragma once

#include <span>
#include <string>
#include <string_view>

namespace my_init::config {

/// " (did you mean 'restart'?)" when one of `known` is so near to `word` that it was probably
/// meant; else empty. The first of the nearest ones wins.
[[nodiscard]] std::string suggestion(std::string_view word,
                                     std::span<const std::string_view> known);

[[nodiscard]] bool is_one_of(std::span<const std::string_view> known, std::string_view word);

/// "a, b or c".
[[nodiscard]] std::string choices(std::span<const std::string_view> known);

}  // namespace my_init::config
