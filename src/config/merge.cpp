#include "my_init/config/merge.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "my_init/config/probe_reader.hpp"

namespace my_init::config {
namespace {

using Merge = Node& (*)(Node& base, Node& over, std::string_view key, Arena& arena);

/// Every key of both maps, those of `base` first; what both have goes through `merge`.
Node& merge_maps(Node& base, Node& over, Arena& arena, Merge merge) {
  std::vector<Entry> entries(base.entries.begin(), base.entries.end());
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < entries.size(); ++i) index.emplace(entries[i].key->text, i);
  for (const Entry& entry : over.entries) {
    const auto found = index.find(entry.key->text);
    if (found == index.end()) {
      entries.push_back(entry);
    } else {
      Node& value = merge(*entries[found->second].value, *entry.value, entry.key->text, arena);
      entries[found->second] = {.key = entry.key, .value = &value};
    }
  }
  Node merged = over;
  merged.entries = arena.copy(std::span<const Entry>(entries));
  return arena.make(merged);
}

Node& append_lists(Node& base, Node& over, Arena& arena) {
  std::vector<Entry> entries(base.entries.begin(), base.entries.end());
  std::unordered_set<std::string_view> texts;
  for (const Entry& entry : entries) {
    if (entry.value->kind == NodeKind::scalar) texts.insert(entry.value->text);
  }
  for (const Entry& entry : over.entries) {
    const bool repeated =
        entry.value->kind == NodeKind::scalar && texts.contains(entry.value->text);
    if (!repeated) entries.push_back(entry);
  }
  Node merged = over;
  merged.entries = arena.copy(std::span<const Entry>(entries));
  return arena.make(merged);
}

/// A node that stands where `at` does.
Node& text_node(const Node& at, std::string_view text, Arena& arena) {
  Node node = at;
  node.text = text;
  return arena.make(node);
}

/// The list form of environment (K=V, or K alone) as a map. Items that are no text stay out: the
/// reader of the list has reported them by then, or will.
Node& environment_map(Node& list, Arena& arena) {
  std::vector<Entry> entries;
  for (const Entry& item : list.entries) {
    const Node& text = *item.value;
    if (text.kind != NodeKind::scalar) continue;
    const std::size_t equals = text.text.find('=');
    Node& value = equals == std::string_view::npos
                      ? arena.make(Node{.place = text.place})
                      : text_node(text, text.text.substr(equals + 1), arena);
    entries.push_back(
        {.key = &text_node(text, text.text.substr(0, equals), arena), .value = &value});
  }
  return arena.make(Node{.kind = NodeKind::map,
                         .place = list.place,
                         .entries = arena.copy(std::span<const Entry>(entries))});
}

/// The list form of depends_on as a map with nothing but defaults.
Node& dependency_map(Node& list, Arena& arena) {
  std::vector<Entry> entries;
  for (const Entry& item : list.entries) {
    if (item.value->kind != NodeKind::scalar) continue;
    Node& nothing = arena.make(Node{.kind = NodeKind::map, .place = item.value->place});
    entries.push_back({.key = item.value, .value = &nothing});
  }
  return arena.make(Node{.kind = NodeKind::map,
                         .place = list.place,
                         .entries = arena.copy(std::span<const Entry>(entries))});
}

Node& as_list(Node& scalar, Arena& arena) {
  const Entry item{.value = &scalar};
  return arena.make(Node{.kind = NodeKind::list,
                         .place = scalar.place,
                         .entries = arena.copy(std::span<const Entry>(&item, 1))});
}

Node& merge_value(Node& base, Node& over, std::string_view key, Arena& arena);

/// Brings the forms of one key's value together, where it has several.
Node& canonical(Node& value, NodeKind other, std::string_view key, Arena& arena) {
  const bool list_meets_map = value.kind == NodeKind::list && other == NodeKind::map;
  if (list_meets_map && key == "environment") return environment_map(value, arena);
  if (list_meets_map && key == "depends_on") return dependency_map(value, arena);
  const bool alone = value.kind == NodeKind::scalar || value.kind == NodeKind::map;
  if (alone && key == "env_file") return as_list(value, arena);
  return value;
}

/// Compose's: a test replaces, whatever its form.
constexpr std::array<std::string_view, 1> kHealthTest{"test"};

constexpr std::array<std::string_view, 2> kReload{"reload_signal", "reload_command"};

/// The keys of which a map may have one: those of `over` stand instead of those of `base`.
using Alternatives = std::span<const std::string_view>;

Node& merge_alternatives(Node& base, Node& over, Alternatives keys, Arena& arena) {
  const auto is_alternative = [&](const Entry& entry) {
    return std::ranges::find(keys, entry.key->text) != keys.end();
  };
  if (std::ranges::none_of(over.entries, is_alternative)) {
    return merge_maps(base, over, arena, merge_value);
  }
  std::vector<Entry> kept;
  std::ranges::remove_copy_if(base.entries, std::back_inserter(kept), is_alternative);
  Node rest = base;
  rest.entries = arena.copy(std::span<const Entry>(kept));
  return merge_maps(rest, over, arena, merge_value);
}

Node& merge_value(Node& base, Node& over, std::string_view key, Arena& arena) {
  const bool is_command = key == "command" || key == "reload_command";
  if (is_command && over.kind != NodeKind::map) return over;
  Node& low = canonical(base, over.kind, key, arena);
  Node& high = canonical(over, base.kind, key, arena);
  if (low.kind != high.kind) return high;
  if (low.kind == NodeKind::map && key == "ready") {
    return merge_alternatives(low, high, kReadyWays, arena);
  }
  if (low.kind == NodeKind::map && key == "healthcheck") {
    return merge_alternatives(low, high, kHealthTest, arena);
  }
  if (low.kind == NodeKind::map) return merge_maps(low, high, arena, merge_value);
  if (low.kind == NodeKind::list) return append_lists(low, high, arena);
  return high;
}

Node& merge_named_service(Node& base, Node& over, std::string_view /*name*/, Arena& arena) {
  return merge_service(base, over, arena);
}

Node& merge_top(Node& base, Node& over, std::string_view key, Arena& arena) {
  const bool maps = base.kind == NodeKind::map && over.kind == NodeKind::map;
  if (key == "services" && maps) return merge_maps(base, over, arena, merge_named_service);
  return merge_value(base, over, key, arena);
}

}  // namespace

Node& merge_service(Node& base, Node& over, Arena& arena) {
  if (base.kind != NodeKind::map || over.kind != NodeKind::map) return over;
  return merge_alternatives(base, over, kReload, arena);
}

Node& merge_file(Node& base, Node& over, Arena& arena) {
  if (base.kind != NodeKind::map || over.kind != NodeKind::map) return over;
  return merge_maps(base, over, arena, merge_top);
}

}  // namespace my_init::config
