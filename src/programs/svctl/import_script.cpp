#include "import_script.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "import.hpp"
#include "my_init/config/word_split.hpp"

namespace my_init::svctl {
namespace {

using Words = std::span<const std::string>;

enum class Language : std::uint8_t { other, shell, execline };

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

Language language_of(std::string_view text) {
  const std::string_view line = first_line(text);
  if (!line.starts_with("#!")) return Language::other;
  if (line.contains("execlineb")) return Language::execline;
  const std::string_view last = line.substr(line.find_last_of("/ ") + 1);
  constexpr std::array kShells{"sh", "bash", "dash", "ash", "-e", "with-contenv"};
  return is_one_of(kShells, last) ? Language::shell : Language::other;
}

/// Lines without comments and with what a backslash goes on with; empty ones are left out.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  bool goes_on = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!goes_on && (line.empty() || line[0] == '#')) continue;
    const bool joins = line.ends_with('\\');
    if (joins) line.remove_suffix(1);
    if (goes_on) {
      lines.back() += line;
    } else {
      lines.emplace_back(line);
    }
    goes_on = joins;
  }
  return lines;
}

/// Takes the words off the begin that a definition has keys for, one after the other.
class Prefixes {
 public:
  explicit Prefixes(SimpleScript& script) : script_(script) {}

  /// False when there is one that no key stands for.
  [[nodiscard]] bool take(Words words) {
    while (!words.empty()) {
      const std::string& word = words[0];
      const std::string_view name = std::string_view(word).substr(word.rfind('/') + 1);
      std::size_t taken = 0;
      if (name == "exec" || name == "with-contenv") {
        taken = 1;
      } else if (is_one_of(kUserPrograms, name)) {
        taken = user(words, 1);
      } else if (name == "chpst") {
        if (words.size() < 2 || words[1] != "-u") return false;
        taken = user(words, 2);
      } else if (name == "cd" && words.size() > 2 && words[1].starts_with('/')) {
        script_.working_dir = words[1];
        taken = 2;
      } else if (name == "fdmove" && words.size() > 4 && words[1] == "-c") {
        taken = 4;
      } else if (name == "s6-notifyoncheck") {
        taken = check(words);
      } else {
        return program(words);
      }
      if (taken == 0) return false;
      words = words.subspan(taken);
    }
    return false;
  }

 private:
  static constexpr std::array kUserPrograms{"s6-setuidgid", "setuidgid", "setuser", "su-exec",
                                            "gosu"};

  [[nodiscard]] std::size_t user(Words words, std::size_t at) {
    if (at + 1 >= words.size()) return 0;
    std::string_view name = words[at];
    if (name.starts_with(':')) name.remove_prefix(1);  // chpst: these are numbers
    script_.user = name;
    return std::ranges::count(name, ':') > 1 ? 0 : at + 1;
  }

  [[nodiscard]] std::size_t check(Words words) {
    script_.notifies_on_check = true;
    std::size_t at = 1;
    while (at < words.size() && words[at].starts_with('-')) at += words[at] == "-d" ? 1U : 2U;
    return at;
  }

  /// Programs that run another, in ways that no key stands for, and words of a language.
  [[nodiscard]] bool program(Words words) {
    constexpr std::array kMore{
        "foreground", "background",   "if",       "ifelse",       "importas",       "export",
        "define",     "backtick",     "pipeline", "s6-softlimit", "envdir",         "s6-envdir",
        "softlimit",  "env",          "nice",     "for",          "while",          "case",
        "trap",       "s6-envuidgid", "unexport", "emptyenv",     "multisubstitute"};
    if (is_one_of(kMore, words[0]) || words[0].contains('=')) return false;
    script_.command.assign(words.begin(), words.end());
    return true;
  }

  SimpleScript& script_;
};

/// A line of shell that needs no shell.
std::optional<std::vector<std::string>> plain_words(const std::string& line) {
  if (line.find_first_of("$`(){}") != std::string::npos) return std::nullopt;
  auto split = config::split_words(line);
  if (!split || !split->shell_character.empty()) return std::nullopt;
  return std::move(split->words);
}

/// Set-up before the program: true when there is a key for it, or it needs none.
bool take_setup(const std::string& line, SimpleScript& script) {
  if (line == "exec 2>&1" || line.starts_with("set -")) return true;
  const auto words = plain_words(line);
  if (!words || words->size() != 2) return false;
  if ((*words)[0] == "cd") {
    script.working_dir = (*words)[1];
    return script.working_dir.starts_with('/');
  }
  if ((*words)[0] != "export" || !(*words)[1].contains('=')) return false;
  script.environment.push_back((*words)[1]);
  return true;
}

std::optional<SimpleScript> read_shell(std::string_view text) {
  SimpleScript script;
  std::vector<std::string> lines = lines_of(text);
  if (lines.empty()) return std::nullopt;
  std::string last = std::move(lines.back());
  lines.pop_back();
  for (const std::string& line : lines)
    if (!take_setup(line, script)) return std::nullopt;
  if (last.ends_with(" 2>&1")) last.resize(last.size() - 5);
  const auto words = plain_words(last);
  if (!words || !Prefixes(script).take(*words)) return std::nullopt;
  return script;
}

/// The whole is one command line.
std::optional<SimpleScript> read_execline(std::string_view text) {
  SimpleScript script;
  std::string joined;
  for (const std::string& line : lines_of(text)) joined += line + ' ';
  const auto words = plain_words(joined);
  if (!words || !Prefixes(script).take(*words)) return std::nullopt;
  return script;
}

}  // namespace

std::optional<SimpleScript> read_simple_script(std::string_view text) {
  switch (language_of(text)) {
    case Language::shell:
      return read_shell(text);
    case Language::execline:
      return read_execline(text);
    case Language::other:
      break;
  }
  return std::nullopt;
}

std::string_view missing_interpreter(std::string_view text) {
  const std::string_view line = first_line(text);
  if (!line.starts_with("#!")) return {};
  if (line.contains("with-contenv")) return "with-contenv";
  return line.contains("execlineb") ? "execlineb" : "";
}

}  // namespace my_init::svctl
