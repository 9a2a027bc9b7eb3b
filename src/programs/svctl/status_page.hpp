#pragma once

#include <string_view>

namespace my_init::svctl {

/// The page that shows everything: one HTML document of the files in page/, put together when it is
/// built (cmake/status_page.cmake). In it "{{nonce}}" stands for that of the answer's
/// Content-Security-Policy, "{{changes}}" for how something may be changed: "token" or "none".
[[nodiscard]] std::string_view status_page();

}  // namespace my_init::svctl
