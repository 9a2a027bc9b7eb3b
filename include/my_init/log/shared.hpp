#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "my_init/base/unique_fd.hpp"
#include "my_init/log/log_thread.hpp"
#include "my_init/log/service_output.hpp"

namespace my_init::log {

/// Bytes of own lines: enough for some thousand while the reader is stuck.
inline constexpr std::size_t kOwnCapacity = 256 * 1024;

/// What the loop thread asks of the log thread, to be done in order.
namespace command {
struct WriteOwn {
  std::string text;  ///< whole lines
};
struct WriteOwnWithLastLines {
  LogThread::OwnLine line;
  LineStyle style;
};
struct SetService {
  LoggedService service{};
  std::unique_ptr<LoggedOutput> output;
  std::shared_ptr<Kept> kept;
};
struct ForgetService {
  LoggedService service{};
};
struct OpenRun {
  LoggedService service{};
  RunId run{};
  UniqueFd out;  ///< read ends
  UniqueFd err;
};
struct FinishRun {
  RunId run{};
};
struct ReopenFiles {};
struct FinishCompression {
  LoggedService service{};
  LogThread::Compression outcome = LogThread::Compression::failed;
};
struct SetOwnStyle {
  LineStyle style;
  LogLevel least = LogLevel::info;
};
}  // namespace command

using Command =
    std::variant<command::WriteOwn, command::WriteOwnWithLastLines, command::SetService,
                 command::ForgetService, command::OpenRun, command::FinishRun, command::ReopenFiles,
                 command::FinishCompression, command::SetOwnStyle>;

/// What the loop thread and the log thread have in common. The log thread may outlive the loop
/// thread's share of it when a disk is stuck.
struct Shared {
  UniqueFd wake;       ///< eventfd: there are commands
  UniqueFd news_wake;  ///< eventfd: there are news

  std::mutex mutex;  ///< of all below, and of what each Kept has
  std::condition_variable progress;
  std::vector<Command> commands;
  bool woken = false;           ///< the thread will look at the commands
  std::size_t own_queued = 0;   ///< bytes of own lines in commands
  std::size_t own_waiting = 0;  ///< bytes of own lines that the thread has
  std::uint64_t own_lost = 0;   ///< own lines not written and not told of
  std::uint64_t flushes_asked = 0;
  std::uint64_t flushes_done = 0;
  std::vector<News> news;
  bool stop = false;     ///< end when all is written
  bool abandon = false;  ///< end as soon as possible
  bool ended = false;
};

}  // namespace my_init::log
