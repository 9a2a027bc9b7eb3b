#include "my_init/log/own_log.hpp"

#include <spdlog/details/log_msg.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

#include <optional>
#include <utility>

#include "my_init/log/line.hpp"
#include "my_init/log/log_thread.hpp"

namespace my_init::log {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

LogLevel from_spdlog(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug:
      return LogLevel::debug;
    case spdlog::level::info:
      return LogLevel::info;
    case spdlog::level::warn:
      return LogLevel::warning;
    case spdlog::level::err:
    case spdlog::level::critical:
    case spdlog::level::off:
    case spdlog::level::n_levels:
      return LogLevel::error;
  }
  return LogLevel::error;
}

/// Hands spdlog's messages to the log thread. It formats by itself: spdlog's pattern formatter is
/// large, and its pattern language cannot say what the JSON form needs.
class ThreadSink final : public spdlog::sinks::sink {
 public:
  explicit ThreadSink(LogThread& thread) : thread_(thread) {}

  void log(const spdlog::details::log_msg& msg) override {
    const auto time = std::chrono::time_point_cast<WallTime::duration>(msg.time);
    thread_.write_own({time, from_spdlog(msg.level),
                       std::string(msg.payload.data(), msg.payload.size()), last_lines_of_});
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  /// For the messages from now on.
  void set_last_lines_of(std::optional<LastLinesOf> run) { last_lines_of_ = run; }

 private:
  LogThread& thread_;
  std::optional<LastLinesOf> last_lines_of_;
};

}  // namespace

struct OwnLog::State {
  explicit State(LogThread& log_thread)
      : thread(log_thread),
        sink(std::make_shared<ThreadSink>(log_thread)),
        logger("my_init", sink) {
    // spdlog's own handler prints to stderr, which may be stuck.
    logger.set_error_handler([this](const std::string&) { thread.count_lost_own(); });
  }

  LogThread& thread;
  std::shared_ptr<ThreadSink> sink;
  spdlog::logger logger;
  LogFormat format = LogFormat::text;
};

OwnLog::OwnLog(LogThread& thread, const OwnLogSettings& settings)
    : state_(std::make_unique<State>(thread)) {
  configure(settings);
}

OwnLog::~OwnLog() = default;

void OwnLog::write(LogLevel level, std::string_view event, std::string_view message,
                   std::initializer_list<Field> fields) {
  const auto important = to_spdlog(level);
  if (!state_->logger.should_log(important)) return;
  const std::string content = line_content(state_->format, event, message, fields);
  state_->logger.log(important, spdlog::string_view_t(content.data(), content.size()));
}

void OwnLog::write_with_last_lines(LogLevel level, std::string_view event, std::string_view message,
                                   const LastLinesOf& run, std::initializer_list<Field> fields) {
  state_->sink->set_last_lines_of(run);
  write(level, event, message, fields);
  state_->sink->set_last_lines_of(std::nullopt);
}

void OwnLog::submit() {
  state_->thread.submit();
}

void OwnLog::configure(const OwnLogSettings& settings) {
  state_->logger.set_level(to_spdlog(settings.level));
  state_->format = settings.format;
  state_->thread.set_own_style({settings.format, settings.timestamps}, settings.level);
}

bool OwnLog::flush(std::chrono::milliseconds limit) {
  return state_->thread.flush(limit);
}

}  // namespace my_init::log
