#include "unix_address.hpp"

#include <algorithm>
#include <cstddef>

namespace my_init::os {

std::optional<UnixAddress> unix_address(std::string_view text) {
  UnixAddress result;
  if (text.empty() || text.size() >= sizeof result.address.sun_path) return std::nullopt;
  result.address.sun_family = AF_UNIX;
  std::ranges::copy(text, &result.address.sun_path[0]);
  // A path ends with a NUL; an abstract name begins with one, and all of its bytes count.
  const bool is_abstract = text.front() == '@';
  if (is_abstract) result.address.sun_path[0] = '\0';
  const std::size_t size = offsetof(sockaddr_un, sun_path) + text.size() + (is_abstract ? 0U : 1U);
  result.size = static_cast<socklen_t>(size);
  return result;
}

}  // namespace my_init::os
