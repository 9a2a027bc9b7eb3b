#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "my_init/base/log_level.hpp"
#include "my_init/base/output_settings.hpp"
#include "my_init/log/block.hpp"
#include "my_init/log/kept.hpp"
#include "my_init/log/line_format.hpp"
#include "my_init/log/log_thread.hpp"
#include "my_init/log/output.hpp"
#include "my_init/log/rate_limit.hpp"
#include "my_init/log/ready_pattern.hpp"
#include "my_init/log/rotating_file.hpp"

namespace my_init::log {

/// Where output can go; all outlive the services.
struct Outlets {
  Output& out;  ///< may be the same as err
  Output& err;
  std::mutex& mutex;  ///< of every Kept

  Colour on_terminal = Colour::by_service;  ///< none: NO_COLOR

  [[nodiscard]] Output& of(Stream stream) const { return stream == Stream::out ? out : err; }
};

/// Something to say about a service in a line of ours.
struct Notice {
  LogLevel level = LogLevel::warning;
  std::string content;  ///< line_content()
};

/// One service's output on its way from the pipes to where its definition says. Used by the log
/// thread alone.
class ServiceOutput {
 public:
  using Now = std::chrono::steady_clock::time_point;

  ServiceOutput(LoggedService service, const Outlets& outlets, std::shared_ptr<Kept> kept);

  /// From the next line on.
  void configure(LoggedOutput output);

  /// Brings whole lines to the ring and the output. Whatever is stuck or full, this does not wait.
  void take(const Block& block, Now now);
  /// Brings whole lines to the ring alone, and counts them as dropped.
  void drop(const Block& block, Now now);

  [[nodiscard]] bool is_ready_line(std::string_view lines) const {
    return pattern_ && pattern_->matches_any(lines);
  }

  /// The output is stuck and the service shall wait: nothing is to be read from this stream.
  [[nodiscard]] bool must_wait(Stream stream) const;

  /// Writes what was buffered for the output, as far as it takes it.
  void write_buffered(Output& output);
  [[nodiscard]] bool has_buffered() const {
    return has_buffered(Stream::out) || has_buffered(Stream::err);
  }

  /// What is to be said by now, for own lines of this form.
  [[nodiscard]] std::vector<Notice> take_notices(LogFormat format, Now now);
  /// When something is to be said, if at all.
  [[nodiscard]] std::optional<Now> next_notice() const;

  [[nodiscard]] LoggedService id() const { return service_; }
  /// Whether the ring has got lines that somebody waits for; then told once.
  [[nodiscard]] bool take_grown() { return std::exchange(grown_, false); }

  [[nodiscard]] const std::string& name() const { return format_.name; }
  [[nodiscard]] std::vector<RingLine> last_lines(RunId run, std::size_t count) const {
    const std::lock_guard lock(outlets_.mutex);
    return kept_->ring.last_lines(run, count);
  }

  void reopen_file();
  void finish_compression(LogThread::Compression outcome);
  /// What is to be compressed, after a rotation.
  [[nodiscard]] std::optional<Rotated> take_rotated();

 private:
  [[nodiscard]] Colour colour(const Output& output) const {
    return output.is_terminal() ? outlets_.on_terminal : Colour::none;
  }
  [[nodiscard]] bool has_buffered(Stream stream) const;
  void keep(const Block& block);
  [[nodiscard]] Block within_rate(const Block& block, Now now);
  void write_container(const Block& block, Now now);
  void write_file(const Block& block, Now now);
  void buffer(const Block& block, std::string_view lines, Now now);
  void count_dropped(const Amount& amount);
  [[nodiscard]] std::string drop_content(LogFormat format, const Amount& amount,
                                         std::string_view why) const;

  /// Lines that are missing and not yet told of.
  struct Untold {
    Amount amount;
    Now due{};  ///< when to tell

    void add(const Amount& more, Now now) {
      if (amount.lines == 0) due = now + std::chrono::seconds{1};
      amount += more;
    }
  };

  /// Lines for one stream, mode non_blocking.
  struct Buffered {
    std::string lines;                     ///< formatted
    std::vector<std::uint32_t> raw_sizes;  ///< of each line, to count it when it is lost
  };

  LoggedService service_;
  Outlets outlets_;
  std::shared_ptr<Kept> kept_;
  OutputDriver driver_ = OutputDriver::none;
  OutputMode mode_ = OutputMode::blocking;
  LineFormat format_;
  std::size_t max_buffer_size_ = 0;
  bool compress_ = false;
  RateLimit rate_{0};
  std::unique_ptr<ReadyPattern> pattern_;
  std::unique_ptr<RotatingFile> file_;
  OutputSettings file_settings_;  ///< that file_ was made with
  bool look_for_rotated_ = false;
  std::array<Buffered, 2> buffered_;  ///< for out and err
  Untold slow_;
  Untold rate_limited_;
  Amount file_lost_;  ///< since the file was written last
  Amount file_untold_;
  bool grown_ = false;  ///< since take_grown(), and somebody wants to know
  std::string complaint_;
};

}  // namespace my_init::log
