#pragma once

#include <string_view>

namespace my_init::svctl {

/// The page that shows everything: one HTML document of the files in page/, put together when it is
/// built (cmake/status_page.cmake). Each "{{nonce}}" in it stands for that of the answer's
/// Content-Security-Policy.
[[nodiscard]] std::string_view status_page();

}  // namespace my_init::svctl
