#include "my_init/base/limit_name.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace my_init {

const std::array<LimitName, 16>& limit_names() {
  static constexpr std::array<LimitName, 16> kNames{{
      {"as", RLIMIT_AS},
      {"core", RLIMIT_CORE},
      {"cpu", RLIMIT_CPU},
      {"data", RLIMIT_DATA},
      {"fsize", RLIMIT_FSIZE},
      {"locks", RLIMIT_LOCKS},
      {"memlock", RLIMIT_MEMLOCK},
      {"msgqueue", RLIMIT_MSGQUEUE},
      {"nice", RLIMIT_NICE},
      {"nofile", RLIMIT_NOFILE},
      {"nproc", RLIMIT_NPROC},
      {"rss", RLIMIT_RSS},
      {"rtprio", RLIMIT_RTPRIO},
      {"rttime", RLIMIT_RTTIME},
      {"sigpending", RLIMIT_SIGPENDING},
      {"stack", RLIMIT_STACK},
  }};
  return kNames;
}

std::string_view limit_name(int resource) {
  const auto found = std::ranges::find(limit_names(), resource, &LimitName::resource);
  return found != limit_names().end() ? found->name : "limit";
}

}  // namespace my_init
