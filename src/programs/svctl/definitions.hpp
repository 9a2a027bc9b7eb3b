#pragma once

#include <string>
#include <vector>

#include "my_init/app/definitions.hpp"

namespace my_init::svctl {

/// What the commands read that need no running my_init: `directories`, or where none are given what
/// my_init would read.
[[nodiscard]] app::Options options_for(const std::vector<std::string>& directories);

/// The definitions there; Stop{definitions}, with all errors told, when there is one.
[[nodiscard]] config::Loaded good_definitions(const app::Options& options);

}  // namespace my_init::svctl
