#include "my_init/os/standard_streams.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace my_init::os {
namespace {

/// The read end of a pipe without a writer: at end of file for ever.
UniqueFd open_finished_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return UniqueFd{};
  ::close(ends[1]);
  return UniqueFd{ends[0]};
}

}  // namespace

void ensure_standard_streams() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is fd itself, as those below it are open by now.
    int opened = ::open("/dev/null", O_RDWR);
    if (opened < 0) opened = open_finished_pipe().release();
    if (opened >= 0 && opened != fd) ::dup2(opened, fd);
    if (opened > 2) ::close(opened);
    ::fcntl(fd, F_SETFD, 0);
  }
}

UniqueFd open_empty_input() {
  UniqueFd null{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  return null ? std::move(null) : open_finished_pipe();
}

void share_output_streams() {
  constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat status{};
    if (::fstat(fd, &status) != 0) continue;
    const bool is_ours_to_share =
        S_ISFIFO(status.st_mode) || (S_ISCHR(status.st_mode) && ::isatty(fd) == 1);
    if (!is_ours_to_share) continue;
    const mode_t mode = (status.st_mode & 07777) | kOthersMayWrite;
    // Best effort: an owner other than us, or a read-only file system, only leaves it as it was.
    [[maybe_unused]] const int changed = ::fchmod(fd, mode);
  }
}

}  // namespace my_init::os
