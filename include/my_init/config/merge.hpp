#pragma once

#include "my_init/config/arena.hpp"
#include "my_init/config/node.hpp"

namespace my_init::config {

/// One service definition laid over another by Compose's rules: maps merge, scalars, commands and
/// the test of a health check replace, lists append (what is there already is not repeated). Where
/// one side has the list form of a key and the other its map form (environment, depends_on), the
/// list is taken as a map. One way to be ready, or to reload, replaces another. Both stay as they
/// are; the result shares their nodes.
[[nodiscard]] Node& merge_service(Node& base, Node& over, Arena& arena);

/// The same for two whole files, each either one service or a map `services`.
[[nodiscard]] Node& merge_file(Node& base, Node& over, Arena& arena);

}  // namespace my_init::config
