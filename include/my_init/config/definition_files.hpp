#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "my_init/config/load_context.hpp"

namespace my_init::config {

/// One service as its files say, overrides included.
struct Definition {
  std::string_view name;
  Place place;  ///< of its name, or of the file that is named after it
  Node* keys = nullptr;
};

/// Reads every definition file in the directories of the Surroundings: files in byte order of their
/// names in each. Everything in the result lives in the context's arena.
[[nodiscard]] std::vector<Definition> read_definition_files(LoadContext& context);

}  // namespace my_init::config
