#include "my_init/log/log_loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <thread>
#include <utility>

namespace my_init::log {
namespace {

/// Measured with lines of 100 bytes, one or 50 services: 1.0 and 0.8 s of CPU for a GB; with 200 us
/// 1.2 and 0.9, when epoll tells of each line 4.7.
constexpr std::chrono::microseconds kFill{500};
constexpr std::chrono::microseconds kSoon{100};

Colour colour_wanted() {
  // https://no-color.org: set and not empty.
  const char* const no_colour = ::getenv("NO_COLOR");
  return no_colour != nullptr && *no_colour != '\0' ? Colour::none : Colour::by_service;
}

}  // namespace

LogLoop::LogLoop(ContainerStreams streams, std::shared_ptr<Shared> shared)
    : shared_(std::move(shared)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      out_(streams.out),
      err_apart_(same_reader(streams.out, streams.err) ? nullptr
                                                       : std::make_unique<Outlet>(streams.err)),
      err_(err_apart_ ? *err_apart_ : out_),
      outlets_{out_.output, err_.output, shared_->mutex, colour_wanted()},
      own_lines_(err_.output) {
  epoll_event event{};
  event.events = EPOLLIN;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, shared_->wake.get(), &event);
}

void LogLoop::run() {
  while (turn(std::nullopt)) let_pipes_fill();
  const std::lock_guard lock(shared_->mutex);
  shared_->ended = true;
  shared_->progress.notify_all();
}

/// A service that writes line by line would wake us for each. A short sleep makes one read of many
/// lines.
void LogLoop::let_pipes_fill() {
  slept_ = !busy_.empty() && !much_;
  if (slept_) std::this_thread::sleep_for(kFill);
  much_ = false;
  turned_ = Clock::now();
}

bool LogLoop::turn(std::optional<std::chrono::milliseconds> limit) {
  std::array<epoll_event, 64> events;
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout(limit));
  in_a_row_ = Clock::now() - turned_ < kSoon;
  for (int i = 0; i < count; ++i) {
    guarded([&] { do_event(events.at(static_cast<std::size_t>(i)).data.ptr); });
  }
  for (Source* const source : busy_) {
    guarded([&] { read_busy(*source); });
  }
  take_commands();
  return finish_turn();
}

void LogLoop::do_event(void* what) {
  if (what == nullptr) {
    std::uint64_t number = 0;
    static_cast<void>(::read(shared_->wake.get(), &number, sizeof number) < 0);
  } else if (what == &out_ || what == err_apart_.get()) {
    resume(*static_cast<Outlet*>(what));
  } else {
    read_watched(*static_cast<Source*>(what));
  }
}

template <class Action>
void LogLoop::guarded(Action action) {
  try {
    action();
  } catch (const std::exception&) {
    count_lost_own(1);
  }
}

void LogLoop::take_commands() {
  std::vector<Command> commands;
  std::uint64_t flush = 0;
  bool stop = false;
  {
    const std::lock_guard lock(shared_->mutex);
    commands.swap(shared_->commands);
    shared_->woken = false;
    own_taken_ = std::exchange(shared_->own_queued, 0);
    shared_->own_waiting += own_taken_;
    flush = shared_->flushes_asked;
    stop = shared_->stop;
  }
  for (Command& command : commands) {
    guarded([&] { std::visit([this](auto& one) { do_command(one); }, command); });
  }
  guarded([&] {
    if (flush != std::exchange(flush_, flush)) begin_flush();
    if (stop && !std::exchange(stopping_, true)) drain_all();
  });
}

/// What the turn has left to write or to tell. False when the thread is to end.
bool LogLoop::finish_turn() {
  guarded([this] { write_own(); });
  guarded([this] { tell_notices(); });
  forget_calm();
  for (const RunId run : std::exchange(finished_, {})) runs_.erase(run);
  guarded([this] {
    watch_blocked(out_);
    watch_blocked(err_);
    if (watch_again_ && Clock::now() >= *watch_again_) watch_waiting();
  });
  const bool waited_for = stopping_ || flush_ != flushed_;
  const bool written = waited_for && all_written();
  const std::lock_guard lock(shared_->mutex);
  if (written && flush_ != flushed_) {
    flushed_ = flush_;
    shared_->flushes_done = flush_;
    shared_->progress.notify_all();
  }
  return !shared_->abandon && !(stopping_ && written);
}

int LogLoop::timeout(std::optional<std::chrono::milliseconds> limit) const {
  if (limit) return static_cast<int>(limit->count());
  if (!busy_.empty()) return 0;
  std::optional<Now> next = watch_again_;
  for (const auto& service : attention_) {
    if (err_.output.blocked()) break;  // nothing can be told
    const auto notice = service->next_notice();
    if (notice) next = std::min(*notice, next.value_or(*notice));
  }
  if (!next) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void LogLoop::resume(Outlet& outlet) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, outlet.output.wait_fd(), nullptr);
  outlet.watched = false;
  outlet.output.resume();
  go_on(outlet);
}

/// The output takes lines again, or loses them.
void LogLoop::go_on(Outlet& outlet) {
  write_own();
  for (const auto& service : attention_) service->write_buffered(outlet.output);
  watch_waiting();
}

void LogLoop::watch_blocked(Outlet& outlet) {
  if (!outlet.output.blocked() || outlet.watched) return;
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.ptr = &outlet;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, outlet.output.wait_fd(), &event) == 0) {
    outlet.watched = true;
  } else {
    outlet.output.end();
    go_on(outlet);
  }
}

void LogLoop::write_own() {
  if (err_.output.blocked() || (own_lines_.size() == 0 && !lost_untold_)) return;
  const std::uint64_t lost = own_lines_.write();
  std::unique_lock lock(shared_->mutex);
  shared_->own_waiting = own_lines_.size() + own_taken_;
  shared_->own_lost += lost;
  const std::uint64_t untold = shared_->own_lost;
  lock.unlock();
  if (lost > 0 || own_lines_.size() > 0 || untold == 0) return;
  const bool told = tell_lost(untold);
  lost_untold_ = !told && err_.output.blocked();
  if (!told) return;
  lock.lock();
  shared_->own_lost -= untold;  // there may be more by now
}

/// Not under the lock, for which the loop thread waits: a terminal or a disk may hold us up.
bool LogLoop::tell_lost(std::uint64_t lines) {
  const std::string number = std::to_string(lines);
  const std::string line = whole_line(
      style_, std::chrono::system_clock::now(), LogLevel::warning,
      line_content(style_.format, "log_lines_lost",
                   "lost " + number + " of my_init's own log lines", {{"lines", number}}));
  return err_.output.write_some(line) == line.size();
}

void LogLoop::tell_notices() {
  const bool now_or_never = stopping_;
  const Now now = now_or_never ? Now::max() : Clock::now();
  for (auto place = attention_.begin(); place != attention_.end();) {
    ServiceOutput& service = **place;
    if (own_lines_.size() == 0 && !err_.output.blocked()) {
      for (const Notice& notice : service.take_notices(style_.format, now)) {
        if (notice.level < least_) continue;
        own_lines_.append(
            whole_line(style_, std::chrono::system_clock::now(), notice.level, notice.content));
      }
      write_own();
    }
    const bool done = !service.next_notice() && !service.has_buffered();
    place = done ? attention_.erase(place) : std::next(place);
  }
}

void LogLoop::begin_flush() {
  for (auto& [id, run] : runs_) {
    run.out.owed = run.out.pipe.readable();
    run.err.owed = run.err.pipe.readable();
  }
}

bool LogLoop::all_written() const {
  if (own_lines_.size() > 0 || lost_untold_ || out_.output.blocked() || err_.output.blocked())
    return false;
  for (const auto& service : attention_) {
    if (service->has_buffered()) return false;
  }
  return std::ranges::all_of(runs_, [](const auto& entry) {
    const Run& run = entry.second;
    return run.out.owed == 0 && run.err.owed == 0;
  });
}

void LogLoop::push_news(News news) {
  const std::lock_guard lock(shared_->mutex);
  shared_->news.push_back(std::move(news));
  const std::uint64_t one = 1;
  static_cast<void>(::write(shared_->news_wake.get(), &one, sizeof one) < 0);
}

void LogLoop::count_lost_own(std::uint64_t lines) {
  const std::lock_guard lock(shared_->mutex);
  shared_->own_lost += lines;
}

}  // namespace my_init::log
