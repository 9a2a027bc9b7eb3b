#include "roff.hpp"

#include <fmt/format.h>

namespace my_init::svctl {

std::string roff(std::string_view text) {
  std::string escaped = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  for (const char c : text) {
    if (c == '-') {
      escaped += "\\-";  // a hyphen that can be copied
    } else if (c == '\\') {
      escaped += "\\e";
    } else {
      escaped += c;
      if (c == '\n') escaped += "\\&";
    }
  }
  return escaped;
}

std::string roff_item(std::string_view tag, std::string_view after, std::string_view what) {
  return fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", roff(tag), roff(after), roff(what));
}

std::string roff_verbatim(std::string_view lines) {
  return fmt::format(".nf\n{}\n.fi\n", roff(lines));
}

}  // namespace my_init::svctl
