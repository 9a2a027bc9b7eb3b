#include "my_init/log/rotation.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace my_init::log {
namespace {

constexpr mode_t kMode = 0640;

bool removed(const std::string& path) {
  return ::unlink(path.c_str()) == 0;
}

}  // namespace

std::string Rotation::name(std::uint32_t number) const {
  return path_ + '.' + std::to_string(number);
}

std::string Rotation::compressed_name(std::uint32_t number) const {
  return name(number) + ".gz";
}

std::string Rotation::temporary_name() const {
  return path_ + ".gz.tmp";
}

bool Rotation::taken(std::uint32_t number) const {
  return ::access(name(number).c_str(), F_OK) == 0 ||
         ::access(compressed_name(number).c_str(), F_OK) == 0;
}

Result<void> Rotation::shift() {
  // More than the oldest may have to go: there may have been more files before.
  for (std::uint32_t number = files_ > 1 ? files_ - 1 : 1;; ++number) {
    const bool plain = removed(name(number));
    const bool compressed = removed(compressed_name(number));
    if (!plain && !compressed) break;
  }
  if (files_ <= 1) {
    if (::unlink(path_.c_str()) == 0 || errno == ENOENT) return {};
    return system_failure("rotate '" + path_ + "'", errno);
  }
  // Those above a number that is free can stay where they are, and mostly there are fewer files
  // than there may be: renaming 1000 that are not there took more time than writing 16 MB.
  std::uint32_t moved = 0;
  while (moved + 2 < files_ && taken(moved + 1)) ++moved;
  for (std::uint32_t number = moved; number >= 1; --number) {
    ::rename(name(number).c_str(), name(number + 1).c_str());
    ::rename(compressed_name(number).c_str(), compressed_name(number + 1).c_str());
  }
  const bool removed_above = compressed_number_ + 1 >= files_;
  if (compressed_number_ <= moved || removed_above) ++compressed_number_;
  if (::rename(path_.c_str(), name(1).c_str()) == 0 || errno == ENOENT) return {};
  return system_failure("rotate '" + path_ + "'", errno);
}

std::optional<Rotation::Compression> Rotation::begin_compression() {
  if (compressing_) return std::nullopt;
  for (std::uint32_t number = files_ - 1; number >= 1; --number) {
    UniqueFd from(
        ::open(name(number).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));  // it may be a FIFO
    if (!from) continue;
    // Another name's file or a program that still writes may be what an earlier life has left
    // there.
    ::unlink(temporary_name().c_str());
    UniqueFd to(::open(temporary_name().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode));
    if (!to) return std::nullopt;
    compressing_ = true;
    compressed_number_ = number;
    return Compression{std::move(from), std::move(to)};
  }
  return std::nullopt;
}

void Rotation::keep_compressed() {
  if (!compressing_) return;
  const std::string plain = name(compressed_number_);
  if (compressed_number_ >= files_ || ::access(plain.c_str(), F_OK) != 0) {
    drop_compressed();
    return;
  }
  compressing_ = false;
  if (::rename(temporary_name().c_str(), compressed_name(compressed_number_).c_str()) == 0) {
    ::unlink(plain.c_str());
  }
}

void Rotation::drop_compressed() {
  if (compressing_) ::unlink(temporary_name().c_str());
  compressing_ = false;
}

}  // namespace my_init::log
