#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "my_init/base/result.hpp"

namespace my_init::config {

struct Words {
  std::vector<std::string> words;
  /// The first character without quotes that would mean something to a shell, as it is shown to the
  /// user ("|", "$("); empty when there is none.
  std::string_view shell_character;
};

/// Splits a command like a shell does: blanks between words, '...' as it is, "..." with \" \\ \$ \`
/// and \newline, a backslash outside. Nothing is expanded, since no shell runs the result.
[[nodiscard]] Result<Words> split_words(std::string_view command);

}  // namespace my_init::config
