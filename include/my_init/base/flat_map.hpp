#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace my_init {

/// A map in one piece of memory, sorted by key. For small records that live long beside others that
/// do not: no node for each of them keeps a page of the heap in use. Adding at the end, as run ids
/// do, is cheap; pointers and iterators hold until the next change.
template <class Key, class Value>
class FlatMap {
 public:
  using Entry = std::pair<Key, Value>;

  [[nodiscard]] Value* find(const Key& key) {
    const auto at = position(key);
    return at != entries_.end() && at->first == key ? &at->second : nullptr;
  }
  [[nodiscard]] const Value* find(const Key& key) const {
    return const_cast<FlatMap*>(this)->find(key);
  }
  [[nodiscard]] bool contains(const Key& key) const { return find(key) != nullptr; }

  /// Replaces what was there.
  Value& set(const Key& key, Value value) {
    const auto at = position(key);
    if (at != entries_.end() && at->first == key) return at->second = std::move(value);
    return entries_.insert(at, Entry{key, std::move(value)})->second;
  }

  void erase(const Key& key) {
    const auto at = position(key);
    if (at != entries_.end() && at->first == key) entries_.erase(at);
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }

 private:
  [[nodiscard]] auto position(const Key& key) {
    return std::lower_bound(
        entries_.begin(), entries_.end(), key,
        [](const Entry& entry, const Key& wanted) { return entry.first < wanted; });
  }

  std::vector<Entry> entries_;
};

}  // namespace my_init
