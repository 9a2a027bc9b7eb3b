#include "xml.hpp"

#include <algorithm>

#include "my_init/base/utf8.hpp"

namespace my_init::svctl {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// A character of one byte.
std::string_view escaped(const char& c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&apos;";
    default:
      break;
  }
  const bool is_allowed = c >= ' ' || c == '\t' || c == '\n';
  return is_allowed ? std::string_view(&c, 1) : kReplacement;
}

}  // namespace

std::string xml(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    const bool is_allowed =
        length > 1 && character != "\xEF\xBF\xBE" && character != "\xEF\xBF\xBF";
    if (length == 1)
      result += escaped(text.front());
    else
      result += is_allowed ? character : kReplacement;
    text.remove_prefix(character.size());
  }
  return result;
}

std::string clipped(std::string_view text, std::size_t most) {
  std::size_t count = 0;
  std::size_t last = 0;  // where the last character that may stay begins
  std::size_t at = 0;
  while (at < text.size()) {
    if (++count > most) return std::string(text.substr(0, last)) + "…";
    last = at;
    at += std::max<std::size_t>(utf8_length(text.substr(at)), 1);
  }
  return std::string(text);
}

}  // namespace my_init::svctl
