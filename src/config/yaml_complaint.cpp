#include "my_init/config/yaml_complaint.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "my_init/config/quote.hpp"
#include "my_init/config/text_check.hpp"

namespace my_init::config {
namespace {

using Translation = std::pair<std::string_view, std::string_view>;

constexpr std::array<Translation, 14> kTranslations{{
    {"illegal map value", "unexpected ':' (a text with ': ' in it needs quotes)"},
    {"end of map not found", "this does not fit the lines before it (look at the indentation)"},
    {"end of sequence not found",
     "this does not fit the lines before it (look at the indentation)"},
    {"end of map flow not found",
     "'{' without its '}' (or a quote is missing; a text with '{' in it needs quotes)"},
    {"end of sequence flow not found",
     "'[' without its ']' (or a quote is missing; a text with '[' in it needs quotes)"},
    {"illegal EOF in scalar", kOpenQuote},
    {"illegal document indicator in scalar", kOpenQuote},
    {"illegal tab when looking for indentation", kTabComplaint},
    {"the referenced anchor is not defined",
     "unknown alias: no '&' with this name stands before it"},
    {"alias not found after *", "'*' without a name (a text that begins with '*' needs quotes)"},
    {"anchor not found after &", "'&' without a name (a text that begins with '&' needs quotes)"},
    {"illegal block entry", "unexpected '-' (a text that begins with '- ' needs quotes)"},
    {"illegal flow end", "unexpected bracket (a text that begins with it needs quotes)"},
    {"illegal map key", "unexpected '?' (a text that begins with '? ' needs quotes)"},
}};

}  // namespace

std::string yaml_complaint(std::string_view message, std::string_view rest) {
  for (const auto& [theirs, ours] : kTranslations) {
    if (message == theirs) return std::string(ours);
  }
  if (message == kSecondDocument) return std::string(message);
  if (message == "unknown token" && !rest.empty()) {
    return fmt::format("unexpected {} (a text that begins with it needs quotes)",
                       quote(rest.substr(0, utf8_length(rest))));
  }
  if (message.starts_with("unknown escape character")) {
    return fmt::format("{} (in double quotes write '\\\\' for a backslash)", message);
  }
  return fmt::format("not valid YAML: {}", message);
}

}  // namespace my_init::config
