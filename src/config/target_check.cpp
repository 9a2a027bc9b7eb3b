#include "my_init/config/target_check.hpp"

#include <fmt/format.h>

#include "my_init/config/quote.hpp"

namespace my_init::config {

Result<void> check_tcp_target(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && colon > 0 && colon + 1 < text.size()) return {};
  return failure(fmt::format("cannot read address {}: it must be HOST:PORT", quote(text)));
}

Result<void> check_http_target(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (text.starts_with(kScheme) && text.size() > kScheme.size()) return {};
  return failure(fmt::format("cannot read URL {}: it must begin with http://", quote(text)));
}

}  // namespace my_init::config
