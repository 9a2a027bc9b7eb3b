#include "my_init/os/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace my_init::os {

std::optional<ResourceLimit> make_room_for_descriptors(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return std::nullopt;
  const rlimit old = limit;
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  if (limit.rlim_cur == old.rlim_cur || ::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return std::nullopt;
  return ResourceLimit{RLIMIT_NOFILE, old.rlim_cur, old.rlim_max};
}

}  // namespace my_init::os
