#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "command.hpp"
#include "import.hpp"
#include "my_init/app/small_file.hpp"
#include "my_init/config/yaml_text.hpp"

namespace my_init::svctl {
namespace {

constexpr std::size_t kLargestSource = std::size_t{1024} * 1024;
constexpr std::size_t kLongestName = 64;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string without_variables(std::string_view text) {
  std::string doubled;
  for (const char c : text) {
    if (c == '$') doubled += c;
    doubled += c;
  }
  return doubled;
}

}  // namespace

void Draft::set(std::string_view key, std::string_view yaml) {
  remove(key);
  keys_.push_back({std::string(key), std::string(yaml), {}});
}

void Draft::set_lines(std::string_view key, std::vector<std::string> lines) {
  remove(key);
  if (!lines.empty()) keys_.push_back({std::string(key), {}, std::move(lines)});
}

void Draft::remove(std::string_view key) {
  std::erase_if(keys_, [key](const Key& one) { return one.name == key; });
}

bool Draft::has(std::string_view key) const {
  return std::ranges::any_of(keys_, [key](const Key& one) { return one.name == key; });
}

std::string Draft::text(std::string_view indent) const {
  std::string text;
  for (const Key& key : keys_) {
    text += fmt::format("{}{}:{}{}\n", indent, key.name, key.value.empty() ? "" : " ", key.value);
    for (const std::string& line : key.lines) text += fmt::format("{}  {}\n", indent, line);
  }
  return text;
}

void Imported::note(std::string_view file, int line, std::string_view sentence) {
  notes.push_back(line > 0 ? fmt::format("{}:{}: {}", file, line, sentence)
                           : fmt::format("{}: {}", file, sentence));
}

void Imported::add(Imported other) {
  std::ranges::move(other.drafts, std::back_inserter(drafts));
  std::ranges::move(other.notes, std::back_inserter(notes));
}

std::string literal(std::string_view text) {
  return config::yaml_scalar(without_variables(text));
}

std::string quoted(std::string_view text) {
  std::string yaml = literal(text);
  return yaml.starts_with('"') ? yaml : fmt::format("\"{}\"", yaml);
}

std::string literal_list(std::span<const std::string> words) {
  std::vector<std::string> items;
  items.reserve(words.size());
  for (const std::string& word : words) items.push_back(literal(word));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string service_name(std::string_view name) {
  std::string made;
  for (const char c : name.substr(0, kLongestName)) {
    const bool is_good =
        is_alphanumeric(c) || (!made.empty() && (c == '_' || c == '.' || c == '-'));
    if (is_good) {
      made += c;
    } else if (!made.empty()) {
      made += '-';
    }
  }
  return made.empty() ? "service" : made;
}

std::string content_of(const std::string& path) {
  const auto content = app::read_small_file(path, kLargestSource);
  if (!content)
    throw Stop{Outcome::usage,
               fmt::format("cannot import '{}': {}", path, content.error().message)};
  return *content;
}

}  // namespace my_init::svctl
