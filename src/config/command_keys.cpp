#include <fmt/format.h>

#include <algorithm>

#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/word_split.hpp"

namespace my_init::config {
namespace {

std::vector<std::string> words_of_text(std::string_view key, const Node& value, Report& report) {
  Result<Words> split = split_words(value.text);
  if (!split) {
    report.error(value.place, fmt::format("'{}': {}", key, split.error().message));
    return {};
  }
  if (!split->shell_character.empty()) {
    report.warning(
        value.place,
        fmt::format("'{}' is not run by a shell: '{}' without quotes is passed on as it is "
                    "(for a shell write [sh, -c, \"...\"])",
                    key, split->shell_character));
  }
  return std::move(split->words);
}

std::vector<std::string> words_of_list(std::string_view key, const Node& value, Report& report) {
  std::vector<std::string> words;
  const std::vector<const Node*> texts = read_texts(key, value, report);
  words.reserve(texts.size());
  for (const Node* text : texts) words.emplace_back(text->text);
  return words;
}

/// A list with an item that is no text was reported already.
bool is_empty(const Node& value, const std::vector<std::string>& words) {
  if (!words.empty()) return words[0].empty();
  return value.kind == NodeKind::scalar || value.entries.empty();
}

}  // namespace

void read_command(std::string_view key, const Node& value, Reading& reading) {
  if (value.kind == NodeKind::map) {
    wrong_kind(key, "a list of words or a text", value, reading.report());
    return;
  }
  const bool is_text = value.kind == NodeKind::scalar;
  std::vector<std::string> words = is_text ? words_of_text(key, value, reading.report())
                                           : words_of_list(key, value, reading.report());
  if (is_empty(value, words) && !(is_text && words.empty() && !value.text.empty())) {
    reading.report().error(value.place, fmt::format("'{}' is empty", key));
  }
  words.shrink_to_fit();
  reading.draft.definition.execution.command = std::move(words);
}

void read_working_dir(std::string_view key, const Node& value, Reading& reading) {
  const auto text = read_text(key, value, reading.report());
  if (!text) return;
  if (!text->starts_with('/')) {
    reading.report().error(value.place,
                           fmt::format("'{}' must be an absolute path, not {}", key, quote(*text)));
    return;
  }
  reading.draft.definition.execution.working_dir = *text;
}

void read_umask(std::string_view key, const Node& value, Reading& reading) {
  const auto text = read_text(key, value, reading.report());
  if (!text) return;
  if (!value.quoted && !value.interpolated) {
    reading.report().error(value.place, fmt::format("'{}' must be octal in quotes: write \"{}\"",
                                                    key, text->size() <= 4 ? *text : "0022"));
    return;
  }
  const bool octal = !text->empty() && text->size() <= 4 &&
                     std::ranges::all_of(*text, [](char c) { return c >= '0' && c <= '7'; });
  mode_t mask = 0;
  for (const char digit : *text) mask = mask * 8 + static_cast<mode_t>(digit - '0');
  if (!octal || mask > 0777) {
    reading.report().error(
        value.place,
        fmt::format("'{}' must be octal from \"0\" to \"0777\", not {}", key, quote(*text)));
    return;
  }
  reading.draft.definition.execution.umask = mask;
}

}  // namespace my_init::config
