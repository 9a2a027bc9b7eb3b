#include "my_init/log/service_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace my_init::log {
namespace {

std::size_t place(Stream stream) {
  return stream == Stream::out ? 0 : 1;
}

/// The first `count` lines.
std::string_view first_lines(std::string_view text, std::uint64_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) end += first_line(text.substr(end)).size();
  return text.substr(0, end);
}

/// What is missing of `raw` when its lines were `formatted` and only `taken` bytes of that got out;
/// in raw bytes, as everything is counted.
Amount missing(std::string_view raw, std::string_view formatted, std::size_t taken) {
  if (taken >= formatted.size()) return {};
  const std::uint64_t lines = count_lines(formatted.substr(0, taken));
  return amount_of(raw.substr(first_lines(raw, lines).size()));
}

bool same_file(const OutputSettings& one, const OutputSettings& other) {
  return one.path == other.path && one.max_size == other.max_size && one.max_file == other.max_file;
}

}  // namespace

ServiceOutput::ServiceOutput(LoggedService service, const Outlets& outlets,
                             std::shared_ptr<Kept> kept)
    : service_(service), outlets_(outlets), kept_(std::move(kept)) {}

void ServiceOutput::configure(LoggedOutput output) {
  OutputSettings& settings = output.settings;
  format_ = {std::move(output.name), service_, settings.format, settings.timestamps};
  driver_ = output.driver;
  mode_ = settings.mode;
  max_buffer_size_ = settings.max_buffer_size;
  rate_ = RateLimit(settings.rate_limit);
  pattern_.reset();
  if (!output.ready_pattern.empty()) {
    pattern_ = std::make_unique<ReadyPattern>(output.ready_pattern);
  }
  {
    const std::lock_guard lock(outlets_.mutex);
    kept_->ring.set_limit(settings.tail);
  }
  compress_ = settings.compress;
  if (driver_ != OutputDriver::file) {
    file_.reset();
  } else if (!file_ || !same_file(file_settings_, settings)) {
    file_ = std::make_unique<RotatingFile>(
        settings.path, RotatingFile::Limits{settings.max_size, settings.max_file});
    file_settings_ = settings;
  }
}

void ServiceOutput::take(const Block& block, Now now) {
  keep(block);
  const Block passed = rate_.is_set() ? within_rate(block, now) : block;
  if (passed.text.empty()) return;
  switch (driver_) {
    case OutputDriver::container:
      write_container(passed, now);
      break;
    case OutputDriver::file:
      write_file(passed, now);
      break;
    case OutputDriver::inherit:
    case OutputDriver::none:
      break;
  }
}

void ServiceOutput::drop(const Block& block, Now now) {
  keep(block);
  const Amount amount = amount_of(block.text);
  slow_.add(amount, now);
  count_dropped(amount);
}

void ServiceOutput::keep(const Block& block) {
  const Amount amount = amount_of(block.text);
  const std::lock_guard lock(outlets_.mutex);
  kept_->ring.append(block);
  if (std::exchange(kept_->followed, false)) grown_ = true;
  kept_->counters.lines += amount.lines;
  kept_->counters.bytes += amount.bytes;
}

Block ServiceOutput::within_rate(const Block& block, Now now) {
  const std::uint64_t lines = count_lines(block.text);
  Block passed = block;
  passed.text = first_lines(block.text, rate_.grant(lines, now));
  const Amount dropped = amount_of(block.text.substr(passed.text.size()));
  if (dropped.lines > 0) {
    rate_limited_.add(dropped, now);
    count_dropped(dropped);
  }
  return passed;
}

void ServiceOutput::write_container(const Block& block, Now now) {
  Output& output = outlets_.of(block.stream);
  if (output.ended()) {
    count_dropped(amount_of(block.text));
    return;
  }
  std::string formatted;
  std::string_view lines = block.text;
  if (!format_.changes_nothing()) {
    formatted = format_.apply(block, colour(output));
    lines = formatted;
  }
  if (mode_ == OutputMode::non_blocking && (output.blocked() || has_buffered(block.stream))) {
    buffer(block, lines, now);
    return;
  }
  const std::size_t taken = output.write(lines);
  count_dropped(missing(block.text, lines, taken));
}

void ServiceOutput::write_file(const Block& block, Now now) {
  std::string formatted;
  std::string_view lines = block.text;
  if (!format_.changes_nothing()) {
    formatted = format_.apply(block, Colour::none);
    lines = formatted;
  }
  const std::size_t written = file_->write(lines, now);
  if (written > 0) file_untold_ += std::exchange(file_lost_, {});
  if (written < lines.size()) {
    const Amount lost = missing(block.text, lines, written);
    file_lost_ += lost;
    count_dropped(lost);
  }
  if (auto complaint = file_->take_complaint(now)) complaint_ = std::move(*complaint);
}

/// As Docker has it: what is there already stays, the newest lines that do not fit are dropped.
void ServiceOutput::buffer(const Block& block, std::string_view lines, Now now) {
  const std::size_t used = buffered_[0].lines.size() + buffered_[1].lines.size();
  const std::size_t room = max_buffer_size_ - std::min(used, max_buffer_size_);
  const std::string_view fitting = whole_lines_within(lines, room);
  Buffered& buffered = buffered_.at(place(block.stream));
  buffered.lines += fitting;
  const std::string_view raw = first_lines(block.text, count_lines(fitting));
  for (std::string_view rest = raw; !rest.empty();) {
    const std::size_t size = first_line(rest).size();
    buffered.raw_sizes.push_back(static_cast<std::uint32_t>(size));
    rest.remove_prefix(size);
  }
  const Amount dropped = amount_of(block.text.substr(raw.size()));
  if (dropped.lines == 0) return;
  slow_.add(dropped, now);
  count_dropped(dropped);
}

void ServiceOutput::write_buffered(Output& output) {
  for (const Stream stream : {Stream::out, Stream::err}) {
    if (&outlets_.of(stream) != &output || !has_buffered(stream) || output.blocked()) continue;
    const Buffered buffered = std::exchange(buffered_.at(place(stream)), {});
    const std::size_t taken = output.write(buffered.lines);
    if (taken == buffered.lines.size()) continue;
    Amount lost;
    const auto& sizes = buffered.raw_sizes;
    const std::size_t first = count_lines(std::string_view(buffered.lines).substr(0, taken));
    for (std::size_t i = first; i < sizes.size(); ++i) lost += {1, sizes[i]};
    count_dropped(lost);
  }
}

bool ServiceOutput::must_wait(Stream stream) const {
  return driver_ == OutputDriver::container && mode_ == OutputMode::blocking &&
         outlets_.of(stream).blocked();
}

bool ServiceOutput::has_buffered(Stream stream) const {
  return !buffered_.at(place(stream)).lines.empty();
}

void ServiceOutput::count_dropped(const Amount& amount) {
  if (amount.lines == 0) return;
  const std::lock_guard lock(outlets_.mutex);
  kept_->counters.dropped_lines += amount.lines;
  kept_->counters.dropped_bytes += amount.bytes;
}

std::vector<Notice> ServiceOutput::take_notices(LogFormat format, Now now) {
  std::vector<Notice> notices;
  if (!complaint_.empty()) {
    const std::string complaint = std::exchange(complaint_, {});
    notices.push_back({LogLevel::error, line_content(format, "output_failed", complaint,
                                                     {{"service", format_.name}})});
  }
  const auto tell = [&](Amount& amount, std::string_view why) {
    if (amount.lines == 0) return;
    notices.push_back({LogLevel::warning, drop_content(format, std::exchange(amount, {}), why)});
  };
  tell(file_untold_, "");
  if (now >= slow_.due) tell(slow_.amount, "");
  if (now >= rate_limited_.due) tell(rate_limited_.amount, " over its rate_limit");
  return notices;
}

std::optional<ServiceOutput::Now> ServiceOutput::next_notice() const {
  if (!complaint_.empty() || file_untold_.lines > 0) return Now{};
  std::optional<Now> next;
  for (const Untold* untold : {&slow_, &rate_limited_}) {
    if (untold->amount.lines > 0) next = std::min(untold->due, next.value_or(untold->due));
  }
  return next;
}

std::string ServiceOutput::drop_content(LogFormat format, const Amount& amount,
                                        std::string_view why) const {
  return line_content(format, "output_dropped",
                      fmt::format("{}: dropped {} lines, {} bytes{}", format_.name, amount.lines,
                                  amount.bytes, why),
                      {{"service", format_.name},
                       {"lines", std::to_string(amount.lines)},
                       {"bytes", std::to_string(amount.bytes)}});
}

void ServiceOutput::reopen_file() {
  if (file_) file_->reopen();
}

void ServiceOutput::finish_compression(LogThread::Compression outcome) {
  if (!file_) return;
  switch (outcome) {
    case LogThread::Compression::succeeded:
      file_->rotation().keep_compressed();
      look_for_rotated_ = true;
      break;
    case LogThread::Compression::failed:
      file_->rotation().drop_compressed();
      break;
  }
}

std::optional<Rotated> ServiceOutput::take_rotated() {
  if (!file_ || !compress_) return std::nullopt;
  const bool rotated = file_->take_rotated();
  if (!std::exchange(look_for_rotated_, false) && !rotated) return std::nullopt;
  auto files = file_->rotation().begin_compression();
  if (!files) return std::nullopt;
  return Rotated{service_, std::move(files->from), std::move(files->to)};
}

}  // namespace my_init::log
