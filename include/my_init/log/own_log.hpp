#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "my_init/base/log_level.hpp"
#include "my_init/log/captured.hpp"

namespace my_init::log {

class LogThread;

/// One named value of a message, for the JSON form: {"service", "web"}.
using Field = std::pair<std::string_view, std::string>;

struct OwnLogSettings {
  LogFormat format = LogFormat::text;
  LogLevel level = LogLevel::info;  ///< less important lines are dropped
  bool timestamps = false;          ///< text: RFC 3339 UTC with microseconds before the prefix
};

/// my_init's own lines, through spdlog, written by the log thread: write() formats, queues and
/// returns, however long the reader of the file descriptor is stuck. The queue is bounded; what
/// does not fit is dropped and counted in one line when there is room again.
///
/// Text:  "*** Running /etc/my_init.d/10_x..."   (warning and error look the same: phusion's log
///        greps must keep working)
/// JSON:
/// {"time":"2026-01-31T23:59:59.000001Z","level":"info","source":"my_init","event":"service_started",
///         "message":"...","service":"web","pid":17}; numbers stay strings unless the field's text
///         is
///        a plain decimal integer.
class OwnLog {
 public:
  /// The lines go through `thread`, which must outlive us.
  OwnLog(LogThread& thread, const OwnLogSettings& settings);
  ~OwnLog();  ///< what is queued is the thread's to write
  OwnLog(const OwnLog&) = delete;
  OwnLog& operator=(const OwnLog&) = delete;

  /// Called from the loop thread. `event` is a constant snake_case word for machines.
  void write(LogLevel level, std::string_view event, std::string_view message,
             std::initializer_list<Field> fields = {});

  /// write(), and the newest lines of a run (at most 10) with it. They are looked for when the
  /// line's turn comes, so after a finish_run() of the run that was called before. With such lines:
  /// text: "*** web exited with status 1; its last lines:" and "***   web | LINE" for each;
  /// JSON: one more member "last_lines":["LINE",...]. Without: the message alone.
  void write_with_last_lines(LogLevel level, std::string_view event, std::string_view message,
                             const LastLinesOf& run, std::initializer_list<Field> fields = {});

  /// Has the log thread write what write() has queued. Once for each turn of the loop, before it
  /// sleeps.
  void submit();

  /// Changes format, level and timestamps from the next line on.
  void configure(const OwnLogSettings& settings);

  /// Waits until all that was queued is written, at most `limit`. True when it is.
  bool flush(std::chrono::milliseconds limit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace my_init::log
