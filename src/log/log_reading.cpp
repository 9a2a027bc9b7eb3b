// How the log thread reads what runs write.

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <utility>

#include "my_init/log/log_loop.hpp"

namespace my_init::log {
namespace {

/// With an output stuck, finish_run takes no more than this for it.
constexpr std::size_t kDrainLimit = 1U << 20U;

/// Pipes of ended runs that wait for a stuck output, as LogThread::finish_run promises. Each has up
/// to 64 KiB of kernel memory and a descriptor, and a service that fails is started again and
/// again.
constexpr std::size_t kLeftPipes = 32;

constexpr std::chrono::milliseconds kWatchAgain{500};

/// What a pipe holds at first, and what one holds that was found full: a writer that is not made to
/// wait goes on while we sleep. Only so many, as all of it may be kernel memory when the output is
/// stuck. Measured with blocks of 64 kB: 0.8 instead of 1.2 s of CPU for a GB.
constexpr std::size_t kPipe = 64U << 10U;
constexpr std::size_t kWidePipe = 1U << 20U;
constexpr std::size_t kWidePipes = 32;

bool has_writer(const RunStream& pipe) {
  pollfd state{pipe.fd(), 0, 0};
  return ::poll(&state, 1, 0) == 0;
}

}  // namespace

/// The kernel may have no memory, or no more watches for this user: it is tried again then.
void LogLoop::watch(Source& source) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &source;
  source.watched = ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, source.pipe.fd(), &event) == 0;
  if (source.watched) return;
  waiting_.insert(source.run->id);
  watch_again_ = Clock::now() + kWatchAgain;
}

void LogLoop::unwatch(Source& source) {
  if (!source.watched) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, source.pipe.fd(), nullptr);
  source.watched = false;
}

/// Watches the streams again whose output takes lines. True when one still waits.
bool LogLoop::watch_streams(Run& run) {
  bool waits = false;
  for (Source* source : {&run.out, &run.err}) {
    if (!source->pipe.is_open() || source->watched || source->busy) continue;
    if (!run.service->must_wait(source->stream)) watch(*source);
    waits = waits || !source->watched;
  }
  return waits;
}

void LogLoop::watch_waiting() {
  watch_again_.reset();
  std::erase_if(waiting_, [this](RunId id) {
    const auto run = runs_.find(id);
    return run == runs_.end() || !watch_streams(run->second);
  });
}

/// While the output is stuck the pipe fills, so that the run waits in write(2). Nothing in the pipe
/// is its end, which is not waited with.
std::size_t LogLoop::read_or_wait(Source& source) {
  const bool must_wait = source.run->service->must_wait(source.stream);
  if (!must_wait || source.pipe.readable() == 0) return read(source);
  waiting_.insert(source.run->id);
  unwatch(source);
  source.busy = false;
  return 0;
}

void LogLoop::read_watched(Source& source) {
  const std::size_t bytes = read_or_wait(source);
  const bool much = bytes >= kPipe / 2 || (bytes > 0 && in_a_row_);
  if (much && source.watched) become_busy(source);
}

void LogLoop::become_busy(Source& source) {
  busy_.push_back(&source);
  unwatch(source);
  source.busy = true;
  source.capacity = source.pipe.capacity();
}

void LogLoop::read_busy(Source& source) {
  if (!source.busy) return;
  const std::size_t full = source.capacity / 4 * 3;  // by blocks it seldom is to the last byte
  const std::size_t bytes = read_or_wait(source);
  if (bytes >= std::min(full, kReadSize)) much_ = true;
  if (bytes >= full) widen(source);
  if (bytes == 0 && slept_ && source.busy) calm_down(source);
}

void LogLoop::widen(Source& source) {
  if (source.wide || wide_pipes_ >= kWidePipes || !source.pipe.is_open()) return;
  source.capacity = source.pipe.resize(kWidePipe);
  if (source.capacity < kWidePipe) return;
  source.wide = true;
  ++wide_pipes_;
}

/// It may be filling again: then it stays as it is until the next time.
void LogLoop::narrow(Source& source) {
  if (!source.wide || source.pipe.resize(kPipe) >= kWidePipe) return;
  source.wide = false;
  --wide_pipes_;
}

/// Whatever came into the pipe since, epoll tells of it.
void LogLoop::calm_down(Source& source) {
  source.busy = false;
  narrow(source);
  watch(source);
}

void LogLoop::forget_calm() {
  if (busy_.empty()) return;
  std::erase_if(busy_, [](const Source* source) { return !source->busy; });
  if (busy_.empty()) buffer_.trim();
}

/// The number of bytes that came.
std::size_t LogLoop::read(Source& source) {
  if (!source.pipe.is_open()) return 0;
  const RunStream::Read read = source.pipe.read(buffer_);
  source.owed -= std::min(source.owed, read.bytes);
  if (!read.lines.empty()) take(source, read.lines);
  if (read.at_end) end(source);
  return read.bytes;
}

/// A child between fork and exec has a copy of the pipe, and epoll watches what is open somewhere:
/// so closing it is not enough.
void LogLoop::end(Source& source) {
  source.owed = 0;
  source.busy = false;
  if (std::exchange(source.wide, false)) --wide_pipes_;
  unwatch(source);
  source.pipe.close();
  complete(source);
  const Run& run = *source.run;
  if (!run.out.pipe.is_open() && !run.err.pipe.is_open()) finished_.push_back(run.id);
}

void LogLoop::complete(Source& source) {
  const std::string line = source.pipe.complete_line();
  if (!line.empty()) take(source, line);
}

/// Takes what is in the pipe by now, but not what is written meanwhile.
void LogLoop::drain(Source& source) {
  std::size_t left = source.pipe.readable();
  while (left > 0) {
    const bool enough = source.run->service->must_wait(source.stream) &&
                        outlets_.of(source.stream).pending() >= kDrainLimit;
    if (enough) return;
    const std::size_t bytes = read(source);
    if (bytes == 0) break;
    left -= std::min(left, bytes);
  }
  complete(source);
  // An empty pipe can be watched, whatever the output does: it is how its end is noticed.
  const bool unseen = source.pipe.is_open() && !source.watched && !source.busy;
  if (unseen && source.pipe.readable() == 0) watch(source);
}

/// Nobody can be made to wait for the output who has ended: of what such runs have left in their
/// pipes only so much is kept.
void LogLoop::bound_left_pipes() {
  std::size_t count = 0;
  for (auto& [id, run] : runs_) {
    if (!run.finished) continue;
    for (Source* source : {&run.out, &run.err}) {
      const bool left = source->pipe.is_open() && run.service->must_wait(source->stream) &&
                        !has_writer(source->pipe);
      if (!left) continue;
      if (source->pipe.readable() == 0) {
        read(*source);
      } else if (++count > kLeftPipes) {
        drop(*source);
      }
    }
  }
}

void LogLoop::drop(Source& source) {
  source.dropped = true;
  while (read(source) > 0) {
  }
}

void LogLoop::drain_all() {
  for (auto& [id, run] : runs_) {
    drain(run.out);
    drain(run.err);
  }
}

void LogLoop::take(Source& source, std::string_view lines) {
  Run& run = *source.run;
  ServiceOutput& service = *run.service;
  if (!run.ready_seen && service.is_ready_line(lines)) {
    run.ready_seen = true;
    push_news(ReadyLine{service.id(), run.id});
  }
  const Block block{lines, std::chrono::system_clock::now(), run.id, source.stream};
  if (source.dropped) {
    service.drop(block, Clock::now());
  } else {
    service.take(block, Clock::now());
  }
  if (service.take_grown()) push_news(Grown{service.id()});
  if (service.has_buffered() || service.next_notice()) attention_.insert(run.service);
  if (auto rotated = service.take_rotated()) push_news(std::move(*rotated));
}

}  // namespace my_init::log
