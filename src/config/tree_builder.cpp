#include "my_init/config/tree_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "my_init/config/quote.hpp"

namespace my_init::config {
namespace {

constexpr std::string_view kMergeKey = "<<";

/// The first of `entries` with the same key, for each of them; in n log n.
std::vector<std::size_t> first_occurrences(std::span<const Entry> entries) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(entries[i].key->text, i); });
  std::vector<std::size_t> firsts(entries.size());
  std::size_t first = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || entries[order[i]].key->text != entries[first].key->text) first = order[i];
    firsts[order[i]] = first;
  }
  return firsts;
}

/// Most maps have a handful of keys: no allocation for these.
bool has_repeated(std::span<const Entry> entries) {
  constexpr std::size_t kFew = 24;
  if (entries.size() > kFew) return true;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (entries[i].key->text == entries[j].key->text) return true;
    }
  }
  return false;
}

}  // namespace

void TreeBuilder::null(Place place, AnchorNumber anchor) {
  Node& node = arena_.make(Node{.place = place});
  remember(anchor, node);
  add(node);
}

void TreeBuilder::scalar(Place place, AnchorNumber anchor, std::string_view text, bool quoted) {
  Node& node = arena_.make(
      Node{.kind = NodeKind::scalar, .quoted = quoted, .place = place, .text = arena_.copy(text)});
  if (text.contains('\0')) report_.error(place, "a text must not contain a NUL byte");
  remember(anchor, node);
  add(node);
}

void TreeBuilder::alias(Place place, AnchorNumber anchor) {
  Node* node = anchor < anchored_.size() ? anchored_[anchor] : nullptr;
  if (node == nullptr ||
      std::ranges::any_of(open_, [&](const Open& o) { return o.node == node; })) {
    report_.error(place, "this alias stands inside of what it refers to");
    node = nullptr;
  } else if (!may_alias(place, node->size)) {
    node = nullptr;
  }
  add(node != nullptr ? *node : arena_.make(Node{.place = place}));
}

Place TreeBuilder::innermost(FileId file) const {
  return open_.empty() ? Place{.file = file, .line = 1, .column = 1} : open_.back().node->place;
}

void TreeBuilder::begin_list(Place place, AnchorNumber anchor) {
  begin(NodeKind::list, place, anchor);
}

void TreeBuilder::begin_map(Place place, AnchorNumber anchor) {
  begin(NodeKind::map, place, anchor);
}

void TreeBuilder::begin(NodeKind kind, Place place, AnchorNumber anchor) {
  Node& node = arena_.make(Node{.kind = kind, .place = place});
  remember(anchor, node);
  open_.push_back({.node = &node, .begin = pending_.size()});
}

void TreeBuilder::end_list() {
  close();
}

void TreeBuilder::end_map() {
  const std::size_t begin = open_.back().begin;
  const std::size_t own_end = pending_.size();
  if (open_.back().has_merge) merge_keys(begin);
  if (has_repeated(std::span(pending_).subspan(begin))) drop_repeated(begin, own_end);
  close();
}

void TreeBuilder::close() {
  const Open open = open_.back();
  open_.pop_back();
  open.node->entries = arena_.copy(std::span<const Entry>(pending_).subspan(open.begin));
  pending_.resize(open.begin);
  measure(*open.node);
  add(*open.node);
}

/// Puts a finished node where it belongs.
void TreeBuilder::add(Node& node) {
  if (open_.empty()) {
    root_ = &node;
    return;
  }
  Open& open = open_.back();
  if (open.node->kind == NodeKind::list) {
    pending_.push_back({.value = &node});
  } else if (open.key == nullptr) {
    check_key(node);
    open.key = &node;
  } else {
    // A key that is no text was reported; a line without a key would only cause more errors.
    if (open.key->kind == NodeKind::scalar) {
      pending_.push_back({.key = open.key, .value = &node});
      open.has_merge = open.has_merge || (open.key->text == kMergeKey && !open.key->quoted);
    }
    open.key = nullptr;
  }
}

void TreeBuilder::check_key(Node& key) {
  if (key.kind == NodeKind::scalar) return;
  report_.error(
      key.place,
      fmt::format("a key must be a text, not {}{}", kind_name(key),
                  key.kind == NodeKind::map ? " (text that begins with '{' needs quotes)" : ""));
}

/// Replaces each `<<` by the entries of the map, or the list of maps, that it names. They follow
/// the map's own entries, so that the map's own win.
void TreeBuilder::merge_keys(std::size_t begin) {
  std::vector<const Node*> sources;
  const auto is_merge = [&](const Entry& entry) {
    if (entry.key->text != kMergeKey || entry.key->quoted) return false;
    if (entry.value->kind == NodeKind::list) {
      for (const Entry& item : entry.value->entries) sources.push_back(item.value);
    } else {
      sources.push_back(entry.value);
    }
    return true;
  };
  std::vector<Entry> own;
  for (std::size_t i = begin; i < pending_.size(); ++i) {
    if (!is_merge(pending_[i])) own.push_back(pending_[i]);
  }
  const Place place = open_.back().node->place;
  std::ranges::copy(own, pending_.begin() + static_cast<std::ptrdiff_t>(begin));
  pending_.resize(begin + own.size());
  for (const Node* source : sources) take_merged(place, *source);
}

void TreeBuilder::take_merged(Place place, const Node& source) {
  if (source.kind != NodeKind::map) {
    report_.error(source.place,
                  fmt::format("'<<' needs a map, or a list of maps, not {}", kind_name(source)));
    return;
  }
  if (!may_alias(place, source.size)) return;
  pending_.insert(pending_.end(), source.entries.begin(), source.entries.end());
}

/// Keeps the first of each key. A key that the file itself repeats, one before `own_end`, is an
/// error; one that came by `<<` is just less important.
void TreeBuilder::drop_repeated(std::size_t begin, std::size_t own_end) {
  const std::span<const Entry> all = std::span<const Entry>(pending_).subspan(begin);
  const std::vector<std::size_t> firsts = first_occurrences(all);
  const Place map = open_.back().node->place;
  std::vector<Entry> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Node& key = *all[i].key;
    const Node& first = *all[firsts[i]].key;
    if (firsts[i] == i) kept.push_back(all[i]);
    const bool merged = begin + i >= own_end || key.place < map;
    if (firsts[i] == i || merged) continue;
    report_.error(key.place, fmt::format("repeated key {} (first in line {})", quote(key.text),
                                         first.place.line));
  }
  pending_.resize(begin);
  pending_.insert(pending_.end(), kept.begin(), kept.end());
}

void TreeBuilder::measure(Node& node) {
  int depth = 0;
  std::uint64_t size = 1;
  for (const Entry& entry : node.entries) {
    depth = std::max(depth, entry.value->depth + 1);
    size += entry.value->size;
  }
  // The root is spared, so that everything else in it is still looked at.
  if (depth > kDeepest + (open_.empty() ? 1 : 0)) {
    if (!too_deep_)
      report_.error(node.place, fmt::format("nested deeper than {} levels", kDeepest));
    too_deep_ = true;
    node.kind = NodeKind::null;
    node.entries = {};
    return;
  }
  node.depth = static_cast<std::uint16_t>(depth);
  node.size = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(size, std::numeric_limits<std::uint32_t>::max()));
}

bool TreeBuilder::may_alias(Place place, std::size_t size) {
  const bool was_within = aliased_ <= kMostAliasedNodes;
  aliased_ += size;
  if (aliased_ <= kMostAliasedNodes) return true;
  if (was_within) {
    report_.error(place, fmt::format("the aliases of this file stand for more than {} values",
                                     kMostAliasedNodes));
  }
  return false;
}

void TreeBuilder::remember(AnchorNumber anchor, Node& node) {
  if (anchor == 0) return;
  if (anchored_.size() <= anchor) anchored_.resize(anchor + 1);
  anchored_[anchor] = &node;
}

}  // namespace my_init::config
