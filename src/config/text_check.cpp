#include "my_init/config/text_check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace my_init::config {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

/// The lowest code point that needs a sequence of so many bytes: less is an overlong form.
char32_t lowest(std::size_t length) {
  if (length == 2) return 0x80;
  return length == 3 ? 0x800 : 0x10000;
}

bool is_allowed(unsigned char byte) {
  if (byte < 0x20) return byte == '\t' || byte == '\n' || byte == '\r';
  return byte < 0x7f;
}

Place place_at(FileId file, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_end = before.rfind('\n');
  const std::size_t line_begin = line_end == std::string_view::npos ? 0 : line_end + 1;
  return {.file = file,
          .line = static_cast<int>(std::ranges::count(before, '\n')) + 1,
          .column = static_cast<int>(offset - line_begin) + 1};
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  if (first >= 0xc2 && first < 0xe0) length = 2;
  if (first >= 0xe0 && first < 0xf0) length = 3;
  if (first >= 0xf0 && first < 0xf5) length = 4;
  if (length == 0 || text.size() < length) return 0;
  char32_t code = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  return code < lowest(length) || code > 0x10ffff || surrogate ? 0 : length;
}

bool check_text(FileId file, std::string_view text, Report& report) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t length = byte < 0x80 ? 1 : utf8_length(text.substr(at));
    if (length == 0) {
      report.error(place_at(file, text, at), "not valid UTF-8");
      return false;
    }
    if (length == 1 && !is_allowed(byte)) {
      const std::string name =
          byte == 0 ? "NUL byte" : fmt::format("control character 0x{:02x}", byte);
      report.error(place_at(file, text, at), fmt::format("a {} in the file", name));
      return false;
    }
    at += length;
  }
  return true;
}

bool is_quote_open(std::string_view text) {
  if (!text.starts_with('"') && !text.starts_with('\'')) return false;
  const char mark = text[0];
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (mark == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == mark && mark == '\'' && text.substr(i).starts_with("''")) {
      ++i;
    } else if (text[i] == mark) {
      return false;
    }
  }
  return true;
}

bool has_tab_indentation(std::string_view text) {
  for (std::size_t tab = text.find('\t'); tab != std::string_view::npos;
       tab = text.find('\t', tab + 1)) {
    const std::size_t before = text.substr(0, tab).find_last_not_of(" \t");
    if (before == std::string_view::npos || text[before] == '\n') return true;
  }
  return false;
}

int tab_column(std::string_view text, std::size_t offset, int column) {
  const auto width = static_cast<std::size_t>(std::max(column - 1, 0));
  if (offset > text.size() || width > offset) return 0;
  const std::string_view before = text.substr(offset - width, width);
  const std::size_t tab = before.find('\t');
  const bool blank = before.find_first_not_of(" \t") == std::string_view::npos;
  return blank && tab != std::string_view::npos ? static_cast<int>(tab) + 1 : 0;
}

}  // namespace my_init::config
