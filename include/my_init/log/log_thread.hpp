#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/base/log_level.hpp"
#include "my_init/base/output_settings.hpp"
#include "my_init/base/result.hpp"
#include "my_init/log/captured.hpp"
#include "my_init/log/line.hpp"

namespace my_init::log {

/// The container's own outputs; both are borrowed.
struct ContainerStreams {
  int out = 1;  ///< what services write to their standard output
  int err = 2;  ///< what they write to their standard error, and our own lines
};

/// What the log thread must know about a service whose output it reads.
struct LoggedOutput {
  std::string name;
  OutputDriver driver = OutputDriver::container;  ///< inherit: nothing is read, so no open_run
  OutputSettings settings;
  std::string ready_pattern;  ///< POSIX extended regular expression; empty: none
};

/// The log thread: reads what services write, writes it to the container's outputs and to files,
/// keeps the newest of it, and writes our own lines. Nothing that a reader, a disk or a service
/// does makes a call here wait.
///
/// All is called from one thread, the loop's. The calls are carried out in their order once
/// submit() has been called. What is not carried out yet is bounded but for the number of calls.
class LogThread {
 public:
  /// Starts the thread. All signals must be blocked in the caller: the thread inherits that. When
  /// it cannot be started, submit() and flush() do its work as far as that needs no waiting, and
  /// open_run() fails.
  explicit LogThread(ContainerStreams streams);
  /// Writes what is left, for at most half a second. The write ends that are still open elsewhere
  /// are not waited for.
  ~LogThread();
  LogThread(const LogThread&) = delete;
  LogThread& operator=(const LogThread&) = delete;

  /// Begins or changes a service: its runs go on with the new settings, and its ring and counters
  /// are kept. To be called for services that are read (drivers container, file, none) only.
  /// Costs no memory for output before there is some.
  void set_service(LoggedService service, LoggedOutput output);

  /// The service is gone, and its ring and counters with it; its number may be given to another
  /// one. What is left of its runs still goes where it went.
  void forget_service(LoggedService service);

  /// Two pipes for one run of a service that was set; or of a hook or probe of it, which has a
  /// RunId of its own. They belong to `uid` and `gid` if we may give them away, and have mode
  /// 0622, so that the run can open /dev/stdout.
  /// Errors: EMFILE, ENFILE; no log thread. Call it once for each run.
  Result<RunPipes> open_run(LoggedService service, RunId run, uid_t uid, gid_t gid);

  /// The run's main process has ended (or never began): what it wrote so far is taken, and a last
  /// line without newline is completed, before a later line of ours is written. What another
  /// process writes to the same pipes afterwards is still read until all have closed them.
  /// (With a container output stuck, at most 1 MiB for it is taken here; the rest stays in the
  /// pipe, but when nobody has that open any more and 32 such pipes are there already, it goes to
  /// the ring alone and is counted as dropped.) A run that was not opened is ignored.
  void finish_run(RunId run);

  /// Lets the thread write what is left and end, while the caller has other things to end. Nothing
  /// may follow but the destructor, which waits for it.
  void begin_end();

  /// Closes and opens the files of driver file (SIGUSR1).
  void reopen_files();

  /// The compression that Rotated asked for has ended.
  enum class Compression : unsigned char { succeeded, failed };
  void finish_compression(LoggedService service, Compression outcome);

  /// Readable while there are news. Owned by us; for the loop's epoll.
  [[nodiscard]] int event_fd() const;
  /// The news since the last call, oldest first; event_fd() is not readable any more.
  [[nodiscard]] std::vector<News> take_news();

  /// The newest lines that the service's ring has, of one run when given, oldest first.
  [[nodiscard]] std::vector<RingLine> last_lines(LoggedService service, std::optional<RunId> run,
                                                 std::size_t count) const;
  /// The same of all runs, for somebody who wants to follow: `next` is for lines_after().
  [[nodiscard]] RingPart newest_part(LoggedService service, std::size_t count) const;
  /// The lines since another part was taken. Grown tells once when there are more.
  [[nodiscard]] RingPart lines_after(LoggedService service, std::uint64_t next) const;
  [[nodiscard]] OutputCounters counters(LoggedService service) const;

  /// Wakes the thread when there is something for it. Once for each turn of the loop, before it
  /// sleeps: waking costs more than a line.
  void submit();

  /// Waits until all calls so far are carried out and all that was readable in the pipes and
  /// queued when it was called is written, at most `limit`. True when it is.
  bool flush(std::chrono::milliseconds limit);

  /// For OwnLog. A line of ours for ContainerStreams::err; `last_lines_of` adds the run's newest
  /// lines to it as far as there is room for them. Lines that do not fit into 256 KiB, or whose
  /// write failed, are lost and counted in a line of their own when there is room again.
  struct OwnLine {
    WallTime time;
    LogLevel level = LogLevel::info;
    std::string content;  ///< line_content() for the style's format
    std::optional<LastLinesOf> last_lines_of;
  };
  void write_own(const OwnLine& line);
  /// Counts a line that could not even be composed as lost.
  void count_lost_own();
  /// How own lines look from the next one on, those too that the thread writes by itself; it writes
  /// none that is less important than `least`.
  void set_own_style(const LineStyle& style, LogLevel least);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace my_init::log
