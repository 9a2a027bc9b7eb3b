#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace my_init::svctl {

/// A definition in the making: its keys in the order in which they came, with their values as YAML.
class Draft {
 public:
  explicit Draft(std::string service_name) : name(std::move(service_name)) {}

  /// A value on the line of its key.
  void set(std::string_view key, std::string_view yaml);
  /// A map or list on lines of its own: each without its indentation.
  void set_lines(std::string_view key, std::vector<std::string> lines);
  void remove(std::string_view key);
  [[nodiscard]] bool has(std::string_view key) const;

  /// The lines of the definition, each behind `indent`.
  [[nodiscard]] std::string text(std::string_view indent) const;

  std::string name;

 private:
  struct Key {
    std::string name;
    std::string value;
    std::vector<std::string> lines;
  };
  std::vector<Key> keys_;
};

/// What was made of a source, and what could not be.
struct Imported {
  std::vector<Draft> drafts;
  std::vector<std::string> notes;  ///< sentences for people, with the place where there is one

  /// "supervisord.conf:7: ..."; line 0: the file as a whole.
  void note(std::string_view file, int line, std::string_view sentence);
  void add(Imported other);
};

// Each reads a source of its kind. One that cannot be read is a Stop.

[[nodiscard]] Imported import_supervisord(const std::string& path);
[[nodiscard]] Imported import_compose(const std::string& path);
/// A service directory of runit or s6, or a directory of them: runit's, s6-overlay's of version 2,
/// s6-rc's sources of version 3.
[[nodiscard]] Imported import_service_directories(const std::string& path);

// ---- for the importers ----

/// A text as YAML for a definition: what would be a variable there is none.
[[nodiscard]] std::string literal(std::string_view text);
/// The same in quotes, for what would else be taken for a number.
[[nodiscard]] std::string quoted(std::string_view text);
/// `[nginx, -g, "daemon off;"]`
[[nodiscard]] std::string literal_list(std::span<const std::string> words);

/// The name as my_init takes it: other characters become '-'.
[[nodiscard]] std::string service_name(std::string_view name);

/// Whether `word` is one of `words`.
template <class Words>
[[nodiscard]] bool is_one_of(const Words& words, std::string_view word) {
  return std::any_of(words.begin(), words.end(),
                     [word](std::string_view one) { return one == word; });
}

/// A file's content; a Stop when it cannot be read.
[[nodiscard]] std::string content_of(const std::string& path);

}  // namespace my_init::svctl
