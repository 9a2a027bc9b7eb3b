#include "my_init/config/diagnostic.hpp"

#include <fmt/format.h>

#include <string_view>

namespace my_init::config {
namespace {

/// What stands before the caret: tabs stay tabs, everything else becomes a space. The bytes of one
/// UTF-8 character take one place.
std::string indentation(std::string_view line, int column) {
  std::string blank;
  for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(column); ++i) {
    const char c = i < line.size() ? line[i] : ' ';
    const bool continues = (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
    if (!continues) blank += c == '\t' ? '\t' : ' ';
  }
  return blank;
}

}  // namespace

std::string render(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0) text += fmt::format(":{}", diagnostic.line);
  if (diagnostic.line > 0 && diagnostic.column > 0) text += fmt::format(":{}", diagnostic.column);
  const bool is_error = diagnostic.severity == Severity::error;
  text += fmt::format(": {}: {}\n", is_error ? "error" : "warning", diagnostic.message);
  if (diagnostic.source_line.empty()) return text;
  text += fmt::format("  {}\n", diagnostic.source_line);
  if (diagnostic.column > 0) {
    text += fmt::format("  {}^\n", indentation(diagnostic.source_line, diagnostic.column));
  }
  return text;
}

}  // namespace my_init::config
