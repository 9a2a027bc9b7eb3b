#pragma once

#include <span>
#include <string>

namespace my_init::svctl {

/// The program svctl: the words after its name; the exit code.
[[nodiscard]] int run(std::span<const std::string> words);

}  // namespace my_init::svctl
