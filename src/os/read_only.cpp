#include "my_init/os/read_only.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

namespace my_init::os {

bool is_read_only(const std::string& path) {
  std::string nearest = path;
  struct statvfs found{};
  while (::statvfs(nearest.c_str(), &found) != 0) {
    const bool is_missing = errno == ENOENT || errno == ENOTDIR;
    if (!is_missing || nearest.size() <= 1) return false;
    nearest.resize(std::max<std::size_t>(nearest.find_last_of('/'), 1));
  }
  return (found.f_flag & ST_RDONLY) != 0;
}

}  // namespace my_init::os
