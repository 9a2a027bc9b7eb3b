#include "my_init/config/command_reader.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "my_init/config/scalars.hpp"
#include "my_init/config/word_split.hpp"

namespace my_init::config {
namespace {

std::optional<Command> words_of_text(std::string_view key, const Node& value, Report& report) {
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

std::optional<Command> words_of_list(std::string_view key, const Node& value, Report& report) {
  const std::vector<const Node*> texts = read_texts(key, value, report);
  if (texts.size() < value.entries.size()) return {};
  Command words;
  words.reserve(texts.size());
  for (const Node* text : texts) words.emplace_back(text->text);
  return words;
}

}  // namespace

Command read_argv(std::string_view key, const Node& value, Report& report) {
  if (value.kind == NodeKind::map || value.kind == NodeKind::null) {
    wrong_kind(key, "a list of words or a text", value, report);
    return {};
  }
  std::optional<Command> words = value.kind == NodeKind::scalar ? words_of_text(key, value, report)
                                                                : words_of_list(key, value, report);
  if (!words) return {};
  if (words->empty() || words->front().empty()) {
    report.error(value.place, fmt::format("'{}' is empty", key));
  }
  words->shrink_to_fit();
  return std::move(*words);
}

}  // namespace my_init::config
