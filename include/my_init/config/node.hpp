#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace my_init::config {

/// A file's place in the order of reading.
enum class FileId : std::uint32_t {};

inline constexpr FileId kGlobalFile{0};

/// Where something was written. line and column are 1-based, the column in bytes; 0 = unknown.
struct Place {
  FileId file{};
  int line = 0;
  int column = 0;

  friend auto operator<=>(const Place&, const Place&) = default;
};

enum class NodeKind : std::uint8_t { null, scalar, list, map };

struct Node;

/// An item of a list (without key) or one line of a map.
struct Entry {
  Node* key = nullptr;
  Node* value = nullptr;
};

/// One node of a document, in an Arena. An alias is the very node that it stands for. Texts are as
/// written: no word is taken for a number or a boolean before a key asks for one.
struct Node {
  NodeKind kind = NodeKind::null;
  bool quoted = false;        ///< scalar: written in quotes or as a block
  bool visited = false;       ///< by interpolate_tree()
  bool interpolated = false;  ///< had a variable: then the quotes were there for its sake
  std::uint16_t depth = 0;    ///< levels below this node
  std::uint32_t size = 1;     ///< nodes of this tree, aliases counted each time
  Place place;
  std::string_view text;     ///< scalar
  std::span<Entry> entries;  ///< list and map
};

/// The value of `key` in a map; nullptr where it is not there, or `map` is no map.
[[nodiscard]] const Node* find(const Node& map, std::string_view key);

/// "a map", "a list", "a text", "nothing": for messages.
[[nodiscard]] std::string_view kind_name(const Node& node);

}  // namespace my_init::config
