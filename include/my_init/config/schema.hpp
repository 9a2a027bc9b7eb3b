#pragma once

#include <string>

namespace my_init::config {

/// The JSON Schema (draft 2020-12) of a file of definitions, for editors: `svctl schema`. It
/// refuses nothing that the parser takes, but takes what only the parser can judge: users,
/// dependencies, the text of addresses and the like.
[[nodiscard]] std::string json_schema();

}  // namespace my_init::config
