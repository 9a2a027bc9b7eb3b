#pragma once

#include <span>
#include <string_view>

namespace my_init::config {

/// What is to be known of a key of a definition beside how it is read. The JSON Schema, the manual
/// page and `svctl explain` are made from these; tests hold them against the parser.
struct KeyNote {
  std::string_view path;  ///< "stop_signal", or "restart_backoff.initial" for a key of its map
  /// What its value may be: the name of a ValueShape, "a|b|c" for one of these words, "0..255" for
  /// a whole number and "0.0..1.0" for any number between two bounds.
  std::string_view shape;
  std::string_view fallback;  ///< what holds where it is not given, as YAML; empty: nothing does
  std::string_view what;      ///< one line for the reader of a manual

  /// "initial" of "restart_backoff.initial".
  [[nodiscard]] std::string_view name() const { return path.substr(path.find('.') + 1); }
  [[nodiscard]] bool is_field() const { return path.contains('.'); }
};

/// Of all keys, in the order of a service's life; those of a map follow it.
[[nodiscard]] std::span<const KeyNote> key_notes();

/// Of the keys of the map that is the value of `key`; empty when it has none of its own.
[[nodiscard]] std::span<const KeyNote> field_notes(std::string_view key);

}  // namespace my_init::config
