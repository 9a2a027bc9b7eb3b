#include "my_init/config/quote.hpp"

#include <fmt/format.h>

namespace my_init::config {
namespace {

constexpr std::size_t kLongest = 100;

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

}  // namespace

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

std::string escape_controls(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "\\n";
    } else if (c == '\t') {
      escaped += "\\t";
    } else if (is_control(c)) {
      escaped += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string escape(std::string_view text) {
  std::string_view shown = text.substr(0, kLongest);
  while (shown.size() < text.size() && !shown.empty() && continues_character(text[shown.size()])) {
    shown.remove_suffix(1);
  }
  std::string escaped = escape_controls(shown);
  if (shown.size() < text.size()) escaped += "...";
  return escaped;
}

std::string quote(std::string_view text) {
  return fmt::format("'{}'", escape(text));
}

}  // namespace my_init::config
