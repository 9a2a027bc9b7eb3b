#pragma once

#include <span>
#include <string>
#include <string_view>

namespace my_init::sv {

/// Whether a program that is called by this path is sv: by that name, or as an init script, which a
/// link in a directory init.d is.
[[nodiscard]] bool is_called_by(std::string_view path);

/// The program sv, as sv(8) of runit: its own path, the words after it; the exit code.
[[nodiscard]] int run(std::string_view path, std::span<const std::string> words);

}  // namespace my_init::sv
