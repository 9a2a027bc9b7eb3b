#pragma once

#include <string>
#include <string_view>

namespace my_init::config {

/// What is said about a second document, which the parser would accept.
inline constexpr std::string_view kSecondDocument =
    "a second document, or something that the lines before it do not lead to, begins here";

inline constexpr std::string_view kOpenQuote = "a text in quotes does not end";

/// The YAML parser's message in words that help someone who does not know how a parser works.
/// `rest` is the text from the position on that the parser names.
[[nodiscard]] std::string yaml_complaint(std::string_view message, std::string_view rest);

}  // namespace my_init::config
