#include "my_init/config/node.hpp"

namespace my_init::config {

const Node* find(const Node& map, std::string_view key) {
  if (map.kind != NodeKind::map) return nullptr;
  for (const Entry& entry : map.entries) {
    if (entry.key->text == key) return entry.value;
  }
  return nullptr;
}

std::string_view kind_name(const Node& node) {
  switch (node.kind) {
    case NodeKind::null:
      return "nothing";
    case NodeKind::scalar:
      return "a text";
    case NodeKind::list:
      return "a list";
    case NodeKind::map:
      return "a map";
  }
  return "nothing";
}

}  // namespace my_init::config
