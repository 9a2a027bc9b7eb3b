#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/config/arena.hpp"

namespace my_init::config {

/// A definition above this size is refused.
inline constexpr std::size_t kLargestFile = std::size_t{1024} * 1024;

/// The content of a regular file of at most kLargestFile bytes, in the arena. `directory` is where
/// a relative path begins; AT_FDCWD = the working directory. Four system calls.
[[nodiscard]] Result<std::string_view> read_file(int directory, const std::string& path,
                                                 Arena& arena);

/// A directory and the names in it, in byte order, without its subdirectories.
struct Directory {
  UniqueFd fd;
  std::vector<std::string> names;
};

/// Nothing when there is no such directory.
[[nodiscard]] Result<std::optional<Directory>> read_directory(const std::string& path);

}  // namespace my_init::config
