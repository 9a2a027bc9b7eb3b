#include "my_init/config/word_split.hpp"

#include <utility>

namespace my_init::config {
namespace {

constexpr std::string_view kBlanks = " \t\n\r";

/// Each of these is one of the shell's own characters wherever it stands without quotes.
constexpr std::string_view kShellCharacters = "|&;<>*?`";

class Splitter {
 public:
  explicit Splitter(std::string_view rest) : rest_(rest) {}

  [[nodiscard]] Result<Words> run() {
    while (!rest_.empty()) {
      const char c = take();
      if (kBlanks.contains(c)) {
        end_word();
      } else if (c == '\'') {
        if (!single_quotes()) return failure("cannot split the command: a ' is missing");
      } else if (c == '"') {
        if (!double_quotes()) return failure("cannot split the command: a \" is missing");
      } else if (c == '\\') {
        if (rest_.empty()) return failure("cannot split the command: nothing follows the last \\");
        escaped();
      } else {
        note_shell_character(c);
        append(c);
      }
    }
    end_word();
    return std::move(result_);
  }

 private:
  char take() {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  void append(char c) {
    word_ += c;
    in_word_ = true;
  }

  void end_word() {
    if (in_word_) result_.words.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  /// After a backslash outside of quotes; a line end is continued.
  void escaped() {
    const char c = take();
    if (c != '\n') append(c);
  }

  [[nodiscard]] bool single_quotes() {
    const std::size_t end = rest_.find('\'');
    if (end == std::string_view::npos) return false;
    word_ += rest_.substr(0, end);
    in_word_ = true;
    rest_.remove_prefix(end + 1);
    return true;
  }

  [[nodiscard]] bool double_quotes() {
    constexpr std::string_view kEscaped = "\"\\$`";
    in_word_ = true;
    while (!rest_.empty()) {
      const char c = take();
      if (c == '"') return true;
      if (c != '\\' || rest_.empty()) {
        word_ += c;
      } else if (kEscaped.contains(rest_[0])) {
        word_ += take();
      } else if (rest_[0] == '\n') {
        take();
      } else {
        word_ += c;
      }
    }
    return false;
  }

  void note_shell_character(char c) {
    if (!result_.shell_character.empty()) return;
    const std::size_t index = kShellCharacters.find(c);
    if (index != std::string_view::npos) {
      result_.shell_character = kShellCharacters.substr(index, 1);
    } else if (c == '$' && rest_.starts_with('(')) {
      result_.shell_character = "$(";
    } else if (c == '~' && !in_word_) {
      result_.shell_character = "~";
    }
  }

  std::string_view rest_;
  std::string word_;
  bool in_word_ = false;
  Words result_;
};

}  // namespace

Result<Words> split_words(std::string_view command) {
  return Splitter(command).run();
}

}  // namespace my_init::config
