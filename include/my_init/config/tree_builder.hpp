#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "my_init/config/arena.hpp"
#include "my_init/config/node.hpp"
#include "my_init/config/report.hpp"

namespace my_init::config {

/// Which node an anchor names; 0 = no anchor. The YAML parser counts them from 1 in each document.
using AnchorNumber = std::size_t;

/// Builds the tree of one document from what a parser sees, in the order in which it sees it, and
/// reports what YAML allows but a definition must not have: repeated keys, keys that are no text,
/// aliases that repeat themselves or blow up.
class TreeBuilder {
 public:
  TreeBuilder(Arena& arena, Report& report) : arena_(arena), report_(report) {}

  void null(Place place, AnchorNumber anchor);
  void scalar(Place place, AnchorNumber anchor, std::string_view text, bool quoted);
  void alias(Place place, AnchorNumber anchor);
  void begin_list(Place place, AnchorNumber anchor);
  void begin_map(Place place, AnchorNumber anchor);
  void end_list();
  void end_map();

  /// The tree, once complete; nullptr when nothing came.
  [[nodiscard]] Node* root() const { return root_; }

  /// Where the innermost list or map that has not ended began.
  [[nodiscard]] Place innermost(FileId file) const;

  /// Aliases together must not stand for more nodes than this (the "billion laughs").
  static constexpr std::size_t kMostAliasedNodes = 100'000;
  static constexpr int kDeepest = 100;

 private:
  struct Open {
    Node* node;
    std::size_t begin;       ///< in pending_
    Node* key = nullptr;     ///< of a map, while its value is awaited
    bool has_merge = false;  ///< there is a <<
  };

  void add(Node& node);
  void begin(NodeKind kind, Place place, AnchorNumber anchor);
  void close();
  void check_key(Node& key);
  void merge_keys(std::size_t begin);
  void take_merged(Place place, const Node& source);
  void drop_repeated(std::size_t begin, std::size_t own_end);
  void measure(Node& node);
  [[nodiscard]] bool may_alias(Place place, std::size_t size);
  void remember(AnchorNumber anchor, Node& node);

  Arena& arena_;
  Report& report_;
  Node* root_ = nullptr;
  std::vector<Open> open_;
  std::vector<Entry> pending_;   ///< entries of all open nodes, the innermost last
  std::vector<Node*> anchored_;  ///< by number
  std::size_t aliased_ = 0;
  bool too_deep_ = false;
};

}  // namespace my_init::config
