#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "my_init/log/own_lines.hpp"
#include "my_init/log/run_stream.hpp"
#include "my_init/log/service_output.hpp"
#include "my_init/log/shared.hpp"

namespace my_init::log {

/// What the log thread does.
class LogLoop {
 public:
  LogLoop(ContainerStreams streams, std::shared_ptr<Shared> shared);

  /// Turns until it is told to end.
  void run();

  /// Waits for something to do, at most `limit` (none: for ever), and does it. False when it is to
  /// end. Memory that cannot be had, or any other exception, loses the command or the read that
  /// came upon it.
  bool turn(std::optional<std::chrono::milliseconds> limit);

 private:
  using Clock = std::chrono::steady_clock;
  using Now = Clock::time_point;

  struct Run;
  /// One stream of a run, as epoll knows it.
  struct Source {
    Run* run = nullptr;
    Stream stream = Stream::out;
    RunStream pipe;
    bool watched = false;
    bool busy = false;         ///< is in busy_
    bool wide = false;         ///< the pipe holds more than at first
    std::size_t capacity = 0;  ///< of the pipe, while busy
    std::size_t owed = 0;      ///< bytes that a flush waits for
    bool dropped = false;      ///< the output gets nothing more of it
  };
  struct Run {
    RunId id{};
    std::shared_ptr<ServiceOutput> service;
    bool ready_seen = false;
    bool finished = false;  ///< finish_run
    Source out;
    Source err;
  };
  /// An output and whether epoll watches it.
  struct Outlet {
    explicit Outlet(int fd) : output(fd) {}
    Output output;
    bool watched = false;
  };

  void let_pipes_fill();
  void do_event(void* what);
  void take_commands();
  void do_command(const command::WriteOwn& command);
  void do_command(const command::WriteOwnWithLastLines& command);
  void do_command(command::SetService& command);
  void do_command(const command::ForgetService& command);
  void do_command(command::OpenRun& command);
  void do_command(const command::FinishRun& command);
  void do_command(const command::ReopenFiles& command);
  void do_command(const command::FinishCompression& command);
  void do_command(const command::SetOwnStyle& command);

  void watch(Source& source);
  void unwatch(Source& source);
  bool watch_streams(Run& run);
  void watch_waiting();
  std::size_t read_or_wait(Source& source);
  void read_watched(Source& source);
  void read_busy(Source& source);
  void become_busy(Source& source);
  void calm_down(Source& source);
  void forget_calm();
  void widen(Source& source);
  void narrow(Source& source);
  std::size_t read(Source& source);
  void end(Source& source);
  void complete(Source& source);
  void drain(Source& source);
  void drain_all();
  void bound_left_pipes();
  void drop(Source& source);
  void take(Source& source, std::string_view lines);

  void resume(Outlet& outlet);
  void go_on(Outlet& outlet);
  void watch_blocked(Outlet& outlet);
  void write_own();
  bool grow_own(std::size_t from, std::size_t to);
  bool tell_lost(std::uint64_t lines);
  void tell_notices();
  void begin_flush();
  [[nodiscard]] bool all_written() const;
  bool finish_turn();
  [[nodiscard]] int timeout(std::optional<std::chrono::milliseconds> limit) const;
  void push_news(News news);
  void count_lost_own(std::uint64_t lines);
  template <class Action>
  void guarded(Action action);

  std::shared_ptr<Shared> shared_;
  UniqueFd epoll_;
  Outlet out_;
  std::unique_ptr<Outlet> err_apart_;  ///< none when both are the same
  Outlet& err_;
  Outlets outlets_;
  OwnLines own_lines_;
  std::size_t own_taken_ = 0;  ///< bytes of own lines in the commands being carried out
  bool lost_untold_ = false;   ///< how many were lost is to be told when the output takes a line
  LineStyle style_;
  LogLevel least_ = LogLevel::info;
  ReadBuffer buffer_;
  std::map<LoggedService, std::shared_ptr<ServiceOutput>> services_;
  std::map<RunId, Run> runs_;
  std::vector<RunId> finished_;     ///< runs whose pipes are closed, to be forgotten
  std::set<RunId> waiting_;         ///< runs with a stream that waits for an output
  std::optional<Now> watch_again_;  ///< when, after a stream could not be watched
  /// Services that have something to say or to write.
  std::set<std::shared_ptr<ServiceOutput>> attention_;
  std::uint64_t flush_ = 0;  ///< the one that is under way
  std::uint64_t flushed_ = 0;
  bool stopping_ = false;
  /// Runs that write much: read after a while instead of being watched, as epoll costs their
  /// writers time in each write(2).
  std::vector<Source*> busy_;
  std::size_t wide_pipes_ = 0;
  bool much_ = false;      ///< a busy pipe was nearly full in this turn
  bool slept_ = false;     ///< the pipes had time to fill before this turn
  bool in_a_row_ = false;  ///< this turn came soon after the last one
  Now turned_{};           ///< the end of the last one
};

}  // namespace my_init::log
