#pragma once

#include <cstddef>
#include <string_view>

#include "my_init/config/report.hpp"

namespace my_init::config {

/// True when the text is UTF-8 without control characters but tabs and line ends; otherwise the
/// first byte that is wrong is reported. (The YAML parser takes some of them for the end of the
/// file.)
[[nodiscard]] bool check_text(FileId file, std::string_view text, Report& report);

/// What is said about a tab where YAML wants spaces.
inline constexpr std::string_view kTabComplaint = "a tab in the indentation: YAML needs spaces";

/// True when any line begins with blanks among which there is a tab.
[[nodiscard]] bool has_tab_indentation(std::string_view text);

/// The 1-based column of the first tab, when the line in which `offset` lies has nothing but blanks
/// before that offset; else 0. `column` is the offset's own 1-based column.
[[nodiscard]] int tab_column(std::string_view text, std::size_t offset, int column);

/// True when the text begins with a quote of YAML and ends before the quote that closes it.
[[nodiscard]] bool is_quote_open(std::string_view text);

/// The number of bytes of the valid UTF-8 character that `text` begins with; 0 = it is not valid.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

}  // namespace my_init::config
