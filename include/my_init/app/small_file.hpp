#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "my_init/base/result.hpp"

namespace my_init::app {

/// Reads a regular file of at most `limit` bytes. Never blocks: a FIFO or device is an error, as is
/// a larger file.
[[nodiscard]] Result<std::string> read_small_file(const std::string& path, std::size_t limit);

/// The first bytes of a regular file, at most `size`.
[[nodiscard]] Result<std::string> read_beginning(const std::string& path, std::size_t size);

/// Who may read what we write: mode 640 and the group, or mode 600.
struct Readers {
  std::optional<gid_t> group;

  [[nodiscard]] mode_t mode() const { return group ? 0640 : 0600; }
};

/// Writes a file in place; one that exists keeps its owner and mode. A link is an error. A file
/// that could not be written to its end is removed.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view content,
                                      const Readers& readers);

/// Writes a file under another name first, so that readers see the old content or the new one. One
/// that exists keeps its owner and mode, as far as we may set them: an image may open it to all.
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view content,
                                        const Readers& readers);

/// Whether a regular file has this content.
[[nodiscard]] bool is_up_to_date(const std::string& path, std::string_view content);

}  // namespace my_init::app
