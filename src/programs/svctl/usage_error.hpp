#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace my_init::svctl {

/// What is wrong with a command line that `app` has refused with `error`, in our words, and what
/// would be right.
[[nodiscard]] std::string describe(const CLI::ParseError& error, const CLI::App& app);

}  // namespace my_init::svctl
