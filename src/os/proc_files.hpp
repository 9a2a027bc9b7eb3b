#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "my_init/os/process_table.hpp"

namespace my_init::os {

/// At most `limit` bytes of a file; empty when it cannot be read.
[[nodiscard]] std::string read_start(const std::string& path, std::size_t limit);

/// A line of /proc/<pid>/stat.
struct StatLine {
  Process process;
  bool kernel_thread = false;
  std::int64_t start_tick = 0;       ///< when it began: clock ticks since boot
  bool without_environment = false;  ///< it was started without one
};

/// Nothing when the text is no such line. A command may hold blanks and parentheses.
[[nodiscard]] std::optional<StatLine> parse_stat(std::string_view text);

/// Nothing when there is no such process (or no /proc).
[[nodiscard]] std::optional<StatLine> read_stat(pid_t pid);

/// The value of MY_INIT_SERVICE in the environment that `pid` was started with; nothing for a
/// zombie.
[[nodiscard]] std::optional<std::string> marker_of(pid_t pid);

}  // namespace my_init::os
