#pragma once

#include <string>
#include <string_view>

namespace my_init::svctl {

/// A text for a line of man(7), without its newline.
[[nodiscard]] std::string roff(std::string_view text);

/// A list item: its tag in bold, what follows the tag as it is, then a paragraph.
[[nodiscard]] std::string roff_item(std::string_view tag, std::string_view after,
                                    std::string_view what);

/// Lines that stay as they are.
[[nodiscard]] std::string roff_verbatim(std::string_view lines);

}  // namespace my_init::svctl
