#include "my_init/log/own_log.hpp"

#include <spdlog/details/log_msg.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

#include <cstddef>
#include <utility>

#include "my_init/log/line.hpp"
#include "my_init/log/line_queue.hpp"

namespace my_init::log {
namespace {

/// Enough for some thousand lines while the reader is stuck.
constexpr std::size_t kQueueCapacity = 256 * 1024;

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

/// Hands spdlog's messages to the queue as lines. It formats by itself: spdlog's pattern formatter
/// is large, and its pattern language cannot say what the JSON form needs.
class QueueSink final : public spdlog::sinks::sink {
 public:
  explicit QueueSink(int fd) : queue_(fd, kQueueCapacity) {}

  void log(const spdlog::details::log_msg& msg) override {
    const auto time = std::chrono::time_point_cast<WallTime::duration>(msg.time);
    queue_.push(whole_line(style_, time, from_spdlog(msg.level),
                           std::string_view(msg.payload.data(), msg.payload.size())));
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  void set_style(const LineStyle& style) {
    style_ = style;
    queue_.set_style(style);
  }
  [[nodiscard]] const LineStyle& style() const { return style_; }
  [[nodiscard]] LineQueue& queue() { return queue_; }

 private:
  LineStyle style_;
  LineQueue queue_;
};

}  // namespace

struct OwnLog::State {
  explicit State(int fd) : sink(std::make_shared<QueueSink>(fd)), logger("my_init", sink) {
    // spdlog's own handler prints to stderr, which may be stuck.
    logger.set_error_handler([this](const std::string&) { sink->queue().count_lost(); });
  }

  std::shared_ptr<QueueSink> sink;
  spdlog::logger logger;
};

OwnLog::OwnLog(const OwnLogSettings& settings) : state_(std::make_shared<State>(settings.fd)) {
  configure(settings);
}

OwnLog::~OwnLog() = default;

void OwnLog::write(LogLevel level, std::string_view event, std::string_view message,
                   std::initializer_list<Field> fields) {
  const auto important = to_spdlog(level);
  if (!state_->logger.should_log(important)) return;
  const std::string content = line_content(state_->sink->style().format, event, message, fields);
  state_->logger.log(important, spdlog::string_view_t(content.data(), content.size()));
}

void OwnLog::submit() {
  state_->sink->queue().submit();
}

void OwnLog::configure(const OwnLogSettings& settings) {
  state_->logger.set_level(to_spdlog(settings.level));
  state_->sink->set_style({settings.format, settings.timestamps});
}

bool OwnLog::flush(std::chrono::milliseconds limit) {
  return state_->sink->queue().flush(limit);
}

}  // namespace my_init::log
