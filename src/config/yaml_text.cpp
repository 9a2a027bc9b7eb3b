#include "my_init/config/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "my_init/config/quote.hpp"

namespace my_init::config {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Whether a text reads as itself wherever it stands.
bool is_plain(std::string_view text) {
  const auto is_harmless = [](char c) {
    return is_alphanumeric(c) || std::string_view("_./@%+=-").contains(c);
  };
  const bool is_option = text.size() > 1 && text[0] == '-' && (is_alphanumeric(text[1]));
  const bool begins_well =
      !text.empty() && (is_option || is_alphanumeric(text[0]) || text[0] == '/' || text[0] == '_');
  return begins_well && std::ranges::all_of(text, is_harmless) && text != "null" &&
         text != "Null" && text != "NULL";
}

std::string in_double_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (is_control(c)) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string with_doubled_dollars(std::string_view text) {
  std::string doubled;
  for (const char c : text) {
    if (c == '$') doubled += c;
    doubled += c;
  }
  return doubled;
}

/// Booleans stay without quotes, an octal mode stays in them; what had a variable may be either.
std::string flow_of_text(const Node& value) {
  const std::string text = with_doubled_dollars(value.text);
  const bool is_bool = text == "true" || text == "false";
  const bool needs_quotes = value.interpolated ? !is_bool : value.quoted;
  return needs_quotes ? in_double_quotes(text) : yaml_scalar(text);
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
  return is_plain(text) ? std::string(text) : in_double_quotes(text);
}

std::string yaml_flow(const Node& value) {
  if (value.kind == NodeKind::null) return "";
  if (value.kind == NodeKind::scalar) return flow_of_text(value);
  const bool is_map = value.kind == NodeKind::map;
  std::string text;
  for (const Entry& entry : value.entries) {
    if (!text.empty()) text += ", ";
    if (is_map) text += yaml_scalar(entry.key->text) + ": ";
    text += yaml_flow(*entry.value);
  }
  return is_map ? "{" + text + "}" : "[" + text + "]";
}

}  // namespace my_init::config
