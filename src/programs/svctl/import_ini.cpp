#include "import_ini.hpp"

#include <algorithm>
#include <cctype>

namespace my_init::svctl {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string_view without_comment(std::string_view value) {
  for (std::size_t at = value.find(';'); at != std::string_view::npos; at = value.find(';', at + 1))
    if (at == 0 || kBlanks.contains(value[at - 1])) return value.substr(0, at);
  return value;
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

/// Reads line after line.
class Reader {
 public:
  void take(std::string_view line) {
    ++number_;
    const std::string_view text = trimmed(line);
    if (text.empty() || text[0] == ';' || text[0] == '#') return;
    if (kBlanks.contains(line[0]) && has_entry()) {
      sections_.back().entries.back().value += '\n';
      sections_.back().entries.back().value += trimmed(without_comment(text));
    } else if (text[0] == '[') {
      sections_.push_back({std::string(text.substr(1, text.find(']') - 1)), number_, {}});
    } else {
      take_entry(text);
    }
  }

  [[nodiscard]] std::vector<IniSection> take_sections() { return std::move(sections_); }

 private:
  [[nodiscard]] bool has_entry() const {
    return !sections_.empty() && !sections_.back().entries.empty();
  }

  void take_entry(std::string_view text) {
    const std::size_t separator = text.find_first_of("=:");
    if (sections_.empty() || separator == std::string_view::npos) return;
    sections_.back().entries.push_back(
        {lower(trimmed(text.substr(0, separator))),
         std::string(trimmed(without_comment(trimmed(text.substr(separator + 1))))), number_});
  }

  std::vector<IniSection> sections_;
  int number_ = 0;
};

}  // namespace

const IniEntry* IniSection::find(std::string_view key) const {
  const auto found = std::find_if(entries.rbegin(), entries.rend(),
                                  [key](const IniEntry& entry) { return entry.key == key; });
  return found == entries.rend() ? nullptr : &*found;
}

std::vector<IniSection> read_ini(std::string_view text) {
  Reader reader;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    reader.take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.take_sections();
}

}  // namespace my_init::svctl
