#include "my_init/config/file_reader.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <span>

namespace my_init::config {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

std::unexpected<Error> too_large() {
  return failure(
      fmt::format("cannot read the file: it is larger than {} KiB", kLargestFile / 1024));
}

/// Reads until the buffer is full or the file ends.
Result<std::size_t> fill(int fd, std::span<char> buffer, std::size_t expected) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t count = ::read(fd, buffer.data() + filled, buffer.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("read the file", errno);
    filled += static_cast<std::size_t>(count);
    // A regular file gives less than asked for only at its end: no call to hear that it has ended.
    if (count == 0 || filled == expected) break;
  }
  return filled;
}

}  // namespace

Result<std::string_view> read_file(int directory, const std::string& path, Arena& arena) {
  // O_NONBLOCK: opening a FIFO must not wait for somebody to write into it.
  const UniqueFd fd(
      ::openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return system_failure("read the file", errno);
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return system_failure("read the file", errno);
  if (!S_ISREG(status.st_mode)) return failure("cannot read the file: it is not a regular file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > kLargestFile) return too_large();
  // One byte more than it has, so that a file that grows meanwhile, or has no size (in /proc),
  // shows.
  const std::span<char> buffer = arena.bytes(size > 0 ? size + 1 : kLargestFile + 1);
  const Result<std::size_t> filled = fill(fd.get(), buffer, size);
  if (!filled) return std::unexpected(filled.error());
  if (*filled > kLargestFile) return too_large();
  return std::string_view(buffer.data(), *filled);
}

Result<std::optional<Directory>> read_directory(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) return system_failure("read the directory", errno);
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(fd.get()));
  if (!stream) return system_failure("read the directory", errno);
  static_cast<void>(fd.release());  // the stream closes it
  Directory directory{.fd = UniqueFd(::fcntl(::dirfd(stream.get()), F_DUPFD_CLOEXEC, 3)),
                      .names = {}};
  if (!directory.fd) return system_failure("read the directory", errno);
  errno = 0;
  while (const dirent* const entry = ::readdir(stream.get())) {
    if (entry->d_type != DT_DIR) directory.names.emplace_back(&entry->d_name[0]);
  }
  if (errno != 0) return system_failure("read the directory", errno);
  std::ranges::sort(directory.names);
  return directory;
}

}  // namespace my_init::config
