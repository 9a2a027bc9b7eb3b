#include "my_init/log/rotating_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "my_init/log/block.hpp"

namespace my_init::log {
namespace {

using namespace std::chrono_literals;

constexpr mode_t kMode = 0640;
constexpr auto kRetry = 500ms;
constexpr auto kLook = 1s;
constexpr auto kComplaint = 1min;

}  // namespace

RotatingFile::RotatingFile(std::string path, Limits limits)
    : path_(std::move(path)), limits_(limits), rotation_(path_, limits.max_file) {}

std::size_t RotatingFile::write(std::string_view lines, Now now) {
  std::size_t done = 0;
  notice_removal(now);
  while (done < lines.size()) {
    if (!ready(now)) break;
    const std::string_view rest = lines.substr(done);
    const std::uint64_t room = limits_.max_size - std::min(size_, limits_.max_size);
    std::string_view piece = whole_lines_within(rest, room);
    if (piece.empty() && size_ > 0 && now >= next_rotation_) {
      rotate(now);
      continue;
    }
    // A line that is longer than the whole file has one of its own.
    if (piece.empty()) piece = size_ > 0 ? rest : first_line(rest);
    const std::size_t written = append(piece);
    done += written;
    if (written == piece.size()) continue;
    fd_.reset();  // whatever it was, a new descriptor may do
    retry_ = now + kRetry;
    break;
  }
  return done;
}

void RotatingFile::reopen() {
  fd_.reset();
  retry_ = {};
}

std::optional<std::string> RotatingFile::take_complaint(Now now) {
  if (complaint_.empty()) return std::nullopt;
  std::string complaint = std::exchange(complaint_, {});
  if (now < next_complaint_) return std::nullopt;
  next_complaint_ = now + kComplaint;
  return complaint;
}

bool RotatingFile::ready(Now now) {
  if (now < retry_) return false;
  if (fd_ || open()) return true;
  retry_ = now + kRetry;
  return false;
}

/// O_NONBLOCK: a FIFO would hold us up until it has a reader.
bool RotatingFile::open() {
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  fd_.reset(::open(path_.c_str(), kFlags, kMode));
  struct stat status{};
  const bool known = fd_ && ::fstat(fd_.get(), &status) == 0;
  const int number = known ? 0 : errno;
  if (known && S_ISREG(status.st_mode)) {
    size_ = static_cast<std::uint64_t>(status.st_size);
    return true;
  }
  // ENXIO: a FIFO that nobody reads, a socket, a device without a driver.
  if (known || number == ENXIO) {
    complaint_ = fmt::format("cannot write '{}': not a regular file", path_);
  } else {
    fail("write", number);
  }
  fd_.reset();
  return false;
}
/// Somebody may have removed the file, alone or with its directory.
void RotatingFile::notice_removal(Now now) {
  if (!fd_ || now < next_look_) return;
  next_look_ = now + kLook;
  struct stat status{};
  if (::fstat(fd_.get(), &status) != 0 || status.st_nlink == 0) {
    reopen();
    return;
  }
  // Somebody may have cut it, too.
  size_ = static_cast<std::uint64_t>(status.st_size);
}

void RotatingFile::rotate(Now now) {
  const Result<void> shifted = rotation_.shift();
  if (!shifted) {
    complaint_ = shifted.error().message;
    next_rotation_ = now + kLook;
    return;
  }
  fd_.reset();
  size_ = 0;
  rotated_ = true;
}

/// Whole lines that got into the file; after an error what is left of a line is cut off again.
std::size_t RotatingFile::append(std::string_view lines) {
  std::size_t done = 0;
  while (done < lines.size()) {
    const ssize_t written = ::write(fd_.get(), lines.data() + done, lines.size() - done);
    if (written > 0) {
      done += static_cast<std::size_t>(written);
      continue;
    }
    if (written < 0 && errno == EINTR) continue;
    fail("write", written == 0 ? ENOSPC : errno);
    const std::size_t whole = whole_lines_within(lines, done).size();
    cut(done - whole);
    return whole;
  }
  size_ += done;
  return done;
}

/// Takes the last `bytes` off. Somebody may have cut the file since its size was looked at.
void RotatingFile::cut(std::size_t bytes) {
  struct stat status{};
  if (bytes == 0 || ::fstat(fd_.get(), &status) != 0) return;
  const off_t kept = status.st_size - static_cast<off_t>(bytes);
  if (kept >= 0 && ::ftruncate(fd_.get(), kept) != 0) fail("cut", errno);
}

void RotatingFile::fail(std::string_view verb, int number) {
  complaint_ = fmt::format("cannot {} '{}': {}", verb, path_, errno_text(number));
}

}  // namespace my_init::log
