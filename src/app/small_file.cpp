#include "my_init/app/small_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "my_init/base/unique_fd.hpp"

namespace my_init::app {
namespace {

std::string reading(const std::string& path) {
  return fmt::format("read '{}'", path);
}

Result<UniqueFd> open_regular(const std::string& path) {
  // O_NONBLOCK: opening a FIFO without a writer would wait for one.
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file) return system_failure(reading(path), errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return system_failure(reading(path), errno);
  if (S_ISDIR(status.st_mode)) return system_failure(reading(path), EISDIR);
  if (!S_ISREG(status.st_mode))
    return failure(fmt::format("cannot {}: not a regular file", reading(path)));
  return file;
}

Result<std::string> read_up_to(const std::string& path, std::size_t size) {
  const auto file = open_regular(path);
  if (!file) return std::unexpected(file.error());
  std::string content;
  while (content.size() < size) {
    const std::size_t before = content.size();
    content.resize(std::min(size, before + 4096));
    const ssize_t length = ::read(file->get(), content.data() + before, content.size() - before);
    content.resize(before + static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return system_failure(reading(path), errno);
    if (length == 0) break;
  }
  return content;
}

Result<void> write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t length = ::write(fd, content.data(), content.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return system_failure(fmt::format("write '{}'", path), errno);
    content.remove_prefix(static_cast<std::size_t>(length));
  }
  return {};
}

/// Opens a file for writing and gives a new one to its readers; nothing to do for the group when
/// that is not ours to set.
Result<UniqueFd> open_for_writing(const std::string& path, int flags, const Readers& readers) {
  constexpr int kFlags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  UniqueFd file(::open(path.c_str(), kFlags | flags, 0600));
  if (!file && errno == ELOOP) {
    return failure(fmt::format("cannot write '{}': it is a symbolic link", path), ELOOP);
  }
  if (!file) return system_failure(fmt::format("write '{}'", path), errno);
  if ((flags & O_EXCL) == 0) return file;
  if (readers.group && ::fchown(file.get(), static_cast<uid_t>(-1), *readers.group) == 0) {
    ::fchmod(file.get(), readers.mode());
  }
  return file;
}

}  // namespace

Result<std::string> read_small_file(const std::string& path, std::size_t limit) {
  auto content = read_up_to(path, limit + 1);
  if (content && content->size() > limit) {
    return failure(fmt::format("cannot {}: larger than {} bytes", reading(path), limit));
  }
  return content;
}

Result<std::string> read_beginning(const std::string& path, std::size_t size) {
  return read_up_to(path, size);
}

Result<void> write_file(const std::string& path, std::string_view content, const Readers& readers) {
  auto file = open_for_writing(path, O_CREAT | O_EXCL, readers);
  if (!file && file.error().number == EEXIST) file = open_for_writing(path, O_TRUNC, readers);
  if (!file) return std::unexpected(file.error());
  auto written = write_all(file->get(), content, path);
  if (!written) ::unlink(path.c_str());  // half a value would be a wrong one
  return written;
}

Result<void> replace_file(const std::string& path, std::string_view content,
                          const Readers& readers) {
  const std::string draft = path + ".new";
  ::unlink(draft.c_str());  // of a start that was killed
  auto file = open_for_writing(draft, O_CREAT | O_EXCL, readers);
  if (!file) return std::unexpected(file.error());
  struct stat old{};
  if (::lstat(path.c_str(), &old) == 0 && S_ISREG(old.st_mode) &&
      ::fchown(file->get(), old.st_uid, old.st_gid) == 0) {
    ::fchmod(file->get(), old.st_mode & 0777);
  }
  auto written = write_all(file->get(), content, draft);
  if (written && std::rename(draft.c_str(), path.c_str()) != 0) {
    written = system_failure(fmt::format("write '{}'", path), errno);
  }
  if (!written) ::unlink(draft.c_str());
  return written;
}

bool is_up_to_date(const std::string& path, std::string_view content) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (static_cast<std::size_t>(status.st_size) != content.size()) return false;
  const auto present = read_small_file(path, content.size());
  return present && *present == content;
}

}  // namespace my_init::app
