#pragma once

#include <string_view>

#include "my_init/config/arena.hpp"
#include "my_init/config/node.hpp"
#include "my_init/config/report.hpp"

namespace my_init::config {

/// The tree of one YAML document. nullptr when the text is no YAML; that is reported then. A file
/// without content gives a null node. What is found wrong in a tree that could be built is reported
/// too. Aliases are resolved, merge keys (`<<`) applied.
[[nodiscard]] Node* read_yaml(FileId file, std::string_view text, Arena& arena, Report& report);

}  // namespace my_init::config
