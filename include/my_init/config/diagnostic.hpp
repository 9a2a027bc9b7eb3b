#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace my_init::config {

enum class Severity : std::uint8_t { error, warning };

/// One thing to tell the author of a definition file.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string file;
  int line = 0;    ///< 1-based; 0 = the file as a whole
  int column = 0;  ///< 1-based, in bytes; 0 = the line as a whole
  std::string message;
  std::string source_line;  ///< the text of that line, without its end; empty = not shown

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// "web.yaml:7:1: error: unknown key 'restrat' (did you mean 'restart'?)\n  restrat: no\n  ^\n".
/// The source line is indented by two; its tabs stay tabs under it, so that the caret stands right.
[[nodiscard]] std::string render(const Diagnostic& diagnostic);

}  // namespace my_init::config
