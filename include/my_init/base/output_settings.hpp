#pragma once

#include <cstdint>
#include <string>

namespace my_init {

/// Where the output of a service goes (SERVICE_FORMAT, `logging.driver`).
enum class OutputDriver : std::uint8_t {
  container,  ///< read by us, line by line, to the container's stdout and stderr
  inherit,    ///< the container's own stdout and stderr
  file,       ///< read by us, to a file with rotation
  none,       ///< read by us, kept in the ring alone
};

/// How a line of a service's output is written.
enum class OutputFormat : std::uint8_t {
  prefix,  ///< "web | line"
  json,    ///< one object a line
  raw,     ///< the line alone
};

/// What happens when the reader of the output is slower than the service. Docker's words.
enum class OutputMode : std::uint8_t {
  blocking,      ///< the service waits in write(2); nothing is lost
  non_blocking,  ///< what does not fit into max_buffer_size is dropped and counted
};

/// What `logging` of a definition says beside the driver.
struct OutputSettings {
  OutputFormat format = OutputFormat::prefix;
  bool timestamps = false;  ///< RFC 3339 UTC with microseconds before each line

  std::string path;                     ///< of driver file; absolute
  std::uint64_t max_size = 10U << 20U;  ///< bytes; a file that would grow beyond is rotated
  std::uint32_t max_file = 5;           ///< files kept, the one being written included; at least 1
  bool compress = false;                ///< rotated files become .gz

  OutputMode mode = OutputMode::blocking;
  std::uint64_t max_buffer_size = 1U << 20U;  ///< bytes, of mode non_blocking
  std::uint64_t tail = 64U << 10U;            ///< bytes of newest output kept; 0: none
  std::uint64_t rate_limit = 0;               ///< lines a second; 0: no limit

  friend bool operator==(const OutputSettings&, const OutputSettings&) = default;
};

}  // namespace my_init
