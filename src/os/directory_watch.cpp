#include "my_init/os/directory_watch.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace my_init::os {

Result<DirectoryWatch> DirectoryWatch::create() {
  UniqueFd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!fd) return system_failure("watch directories", errno);
  return DirectoryWatch(std::move(fd));
}

Result<void> DirectoryWatch::set(std::span<const std::string> directories) {
  constexpr std::uint32_t kNews = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
  Result<void> result;
  std::set<int> wanted;
  for (const std::string& directory : directories) {
    // Of one that is watched already this is the number that it has.
    const int number = ::inotify_add_watch(fd_.get(), directory.c_str(), kNews);
    if (number >= 0) {
      wanted.insert(number);
    } else if (errno != ENOENT && errno != ENOTDIR && result) {
      result = system_failure(fmt::format("watch '{}'", directory), errno);
    }
  }
  // One whose directory has gone has gone with it, which is no matter here.
  for (const int number : watched_)
    if (!wanted.contains(number)) static_cast<void>(::inotify_rm_watch(fd_.get(), number));
  watched_ = std::move(wanted);
  return result;
}

void DirectoryWatch::take() const {
  std::array<char, 4096> news;
  // Whoever makes news faster than this is heard again at once.
  constexpr int kMostReads = 16;
  for (int reads = 0; reads < kMostReads; ++reads)
    if (::read(fd_.get(), news.data(), news.size()) <= 0) return;
}

}  // namespace my_init::os
