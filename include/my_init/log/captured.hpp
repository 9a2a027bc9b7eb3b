#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "my_init/base/ids.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::log {

/// Which of its two outputs a run wrote to.
enum class Stream : std::uint8_t { out, err };

/// A service's place in the definitions, as the caller numbers them; the log thread compares only.
enum class LoggedService : std::uint32_t {};

/// The write ends for one run, to become its fd 1 and fd 2. Close-on-exec; close them after the
/// fork.
struct RunPipes {
  UniqueFd out;
  UniqueFd err;
};

/// A line that is kept in a service's ring, without its newline.
struct RingLine {
  std::chrono::system_clock::time_point time;  ///< when it was read
  Stream stream = Stream::out;
  RunId run{};
  std::string text;  ///< any bytes but a newline

  friend bool operator==(const RingLine&, const RingLine&) = default;
};

/// Lines of a ring, oldest first, and where those begin that come later.
struct RingPart {
  std::vector<RingLine> lines;
  std::uint64_t next = 0;
  std::uint64_t lost = 0;  ///< bytes that had to make room before they were asked for
};

/// Whose newest lines a line of ours shows.
struct LastLinesOf {
  LoggedService service{};
  RunId run{};
};

/// What a service has written since it was first set, and how much of that never reached its
/// output: too slow a reader in mode non-blocking, rate_limit, a full disk, a closed pipe. Bytes
/// are counted as the service wrote them, without what a format adds.
struct OutputCounters {
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t dropped_lines = 0;
  std::uint64_t dropped_bytes = 0;

  friend bool operator==(const OutputCounters&, const OutputCounters&) = default;
};

/// The ready pattern of the run's service has matched a line of it; told once for each run.
struct ReadyLine {
  LoggedService service{};
  RunId run{};
};

/// A rotated file is to be compressed: run a program that reads `from` as its standard input and
/// writes the compressed form to `to`, its standard output ("gzip -c"). When it has ended, say so
/// with LogThread::finish_compression; until then the service's other rotated files wait. Names are
/// the log thread's concern alone, so that a rotation meanwhile does no harm.
struct Rotated {
  LoggedService service{};
  UniqueFd from;
  UniqueFd to;
};

/// A service that LogThread::lines_after() was asked about has written.
struct Grown {
  LoggedService service{};
};

using News = std::variant<ReadyLine, Rotated, Grown>;

}  // namespace my_init::log
