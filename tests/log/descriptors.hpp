#pragma once

#include <fcntl.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "my_init/base/unique_fd.hpp"

/// A descriptor of this process and what it leads to ("pipe:[1234]").
struct Descriptor {
  int number = -1;
  std::string target;
};

[[nodiscard]] inline std::vector<Descriptor> open_descriptors() {
  std::vector<Descriptor> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
    if (!gone) all.push_back({std::stoi(entry.path().filename().string()), target});
  }
  return all;
}

/// A copy of the read end of the pipe, as a forked child has one.
[[nodiscard]] inline my_init::UniqueFd copy_of_reader(const my_init::UniqueFd& writer) {
  const auto target =
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(writer.get())).string();
  for (const Descriptor& one : open_descriptors()) {
    const bool reads = (::fcntl(one.number, F_GETFL) & O_ACCMODE) == O_RDONLY;
    if (one.target != target || !reads) continue;
    return my_init::UniqueFd(::fcntl(one.number, F_DUPFD_CLOEXEC, 0));
  }
  FAIL("no read end of " << target);
  return {};
}

/// How many descriptors all epolls of this process watch.
[[nodiscard]] inline std::size_t watched_descriptors() {
  std::size_t count = 0;
  for (const Descriptor& one : open_descriptors()) {
    if (one.target != "anon_inode:[eventpoll]") continue;
    std::ifstream watched("/proc/self/fdinfo/" + std::to_string(one.number));
    for (std::string line; std::getline(watched, line);)
      count += line.starts_with("tfd:") ? 1U : 0U;
  }
  return count;
}
