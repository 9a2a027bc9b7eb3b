#include "my_init/log/line_queue.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace my_init::log {
namespace {

/// The thread needs about 2 kB; sanitizers need more. Pages that are never touched cost nothing.
constexpr std::size_t kStackSize = 256 * 1024;

/// A buffer that has grown beyond this is given back when it is empty.
constexpr std::size_t kIdleBuffer = 4096;

/// How long the destructor waits for a reader that is stuck.
constexpr std::chrono::seconds kLastWait{1};

struct Batch {
  std::string text;
  std::uint64_t lost_told = 0;  ///< the number in the last line, when that tells of lost ones
};

/// What can be written at once: whole lines up to PIPE_BUF, so that a pipe takes them without
/// another writer's bytes in between; a longer line alone.
std::string_view next_piece(std::string_view rest) {
  if (rest.size() <= PIPE_BUF) return rest;
  const std::size_t last = rest.rfind('\n', PIPE_BUF - 1);
  return rest.substr(0,
                     (last != rest.npos ? last : std::min(rest.find('\n'), rest.size() - 1)) + 1);
}

}  // namespace

struct LineQueue::State {
  State(int descriptor, std::size_t limit) : fd(descriptor), capacity(limit) {}

  const int fd;
  const std::size_t capacity;
  bool cut = false;  ///< the last byte that got through was inside a line; the writer's own
  std::optional<pthread_t> thread;  ///< set before the thread's first line, by the owner only

  std::mutex mutex;  ///< of all below
  std::condition_variable work;
  std::condition_variable progress;
  std::string queue;
  std::size_t in_flight = 0;  ///< bytes that the thread has taken and not yet written
  std::uint64_t lost = 0;
  LineStyle style;
  bool stop = false;     ///< write what is left, then end
  bool abandon = false;  ///< end as soon as possible
  bool ended = false;
};

/// The side of the queue that writes.
class LineQueue::Writer {
 public:
  explicit Writer(State& state) : state_(state) {}

  void run() {
    std::unique_lock lock(state_.mutex);
    while (true) {
      state_.work.wait(lock, [this] { return state_.stop || !state_.queue.empty(); });
      if (state_.abandon || state_.queue.empty()) break;
      write_queue(lock);
    }
    state_.ended = true;
    state_.progress.notify_all();
  }

  /// Takes all that is queued and writes it; the lock is not held meanwhile.
  void write_queue(std::unique_lock<std::mutex>& lock) {
    Batch batch = take();
    lock.unlock();
    const std::size_t written = write_all(batch.text);
    lock.lock();
    if (written < batch.text.size()) count_lost(batch, written);
    state_.in_flight = 0;
    state_.progress.notify_all();
    if (batch.text.capacity() > kIdleBuffer) return;
    batch.text.clear();
    if (state_.queue.empty()) state_.queue.swap(batch.text);
  }

 private:
  Batch take() {
    Batch batch;
    batch.text.swap(state_.queue);
    state_.in_flight = batch.text.size();
    if (state_.lost == 0) return batch;
    const std::string number = std::to_string(state_.lost);
    const std::string content = line_content(
        state_.style.format, "log_lines_lost",
        fmt::format("lost {} of my_init's own log lines", number), {{"lines", number}});
    batch.text +=
        whole_line(state_.style, std::chrono::system_clock::now(), LogLevel::warning, content);
    batch.lost_told = std::exchange(state_.lost, 0);
    return batch;
  }

  void count_lost(const Batch& batch, std::size_t written) {
    const auto begin = batch.text.begin() + static_cast<std::ptrdiff_t>(written);
    const auto lines = static_cast<std::uint64_t>(std::count(begin, batch.text.end(), '\n'));
    // The last line, which tells of earlier losses, is no loss itself.
    state_.lost += batch.lost_told == 0 ? lines : lines - 1 + batch.lost_told;
    // Half a line must not run into the next one.
    state_.cut = written > 0 ? batch.text[written - 1] != '\n' : state_.cut;
  }

  /// Number of bytes written; fewer than all when the file descriptor does not take them.
  std::size_t write_all(std::string_view text) {
    if (state_.cut && write_some("\n") == 1) state_.cut = false;
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t written = write_some(next_piece(text.substr(done)));
      if (written <= 0) break;
      done += static_cast<std::size_t>(written);
      if (done < text.size() && abandoned()) break;
    }
    return done;
  }

  /// One write(2), repeated until it does something or fails for good.
  ssize_t write_some(std::string_view piece) {
    while (true) {
      const ssize_t written = ::write(state_.fd, piece.data(), piece.size());
      if (written >= 0 || errno == EINTR) {
        if (written >= 0) return written;
        continue;
      }
      if (errno != EAGAIN) return written;
      pollfd writable{state_.fd, POLLOUT, 0};
      if (::poll(&writable, 1, -1) < 0 && errno != EINTR) return -1;
    }
  }

  bool abandoned() {
    const std::lock_guard lock(state_.mutex);
    return state_.abandon;
  }

  State& state_;
};

LineQueue::LineQueue(int fd, std::size_t capacity) : state_(std::make_shared<State>(fd, capacity)) {
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return;
  ::pthread_attr_setstacksize(&attributes, kStackSize);
  // The thread's own share of the state, handed over through a plain pointer.
  auto share = std::make_unique<std::shared_ptr<State>>(state_);
  const auto body = [](void* argument) -> void* {
    const std::unique_ptr<std::shared_ptr<State>> owned(
        static_cast<std::shared_ptr<State>*>(argument));
    Writer(**owned).run();
    return nullptr;
  };
  pthread_t thread{};
  if (::pthread_create(&thread, &attributes, body, share.get()) == 0) {
    state_->thread = thread;
    static_cast<void>(share.release());
  }
  ::pthread_attr_destroy(&attributes);
}

LineQueue::~LineQueue() {
  if (!state_->thread) return;
  std::unique_lock lock(state_->mutex);
  state_->stop = true;
  state_->work.notify_one();
  state_->progress.wait_for(lock, kLastWait, [this] { return state_->ended; });
  state_->abandon = true;
  const bool ended = state_->ended;
  lock.unlock();
  if (ended) {
    ::pthread_join(*state_->thread, nullptr);
  } else {
    ::pthread_detach(*state_->thread);
  }
}

void LineQueue::push(std::string_view line) {
  std::unique_lock lock(state_->mutex);
  if (state_->queue.size() + state_->in_flight + line.size() > state_->capacity) {
    ++state_->lost;
    return;
  }
  state_->queue += line;
  if (!state_->thread) Writer(*state_).write_queue(lock);
}

void LineQueue::submit() {
  std::unique_lock lock(state_->mutex);
  // While it writes it looks again by itself before it sleeps.
  const bool sleeps = !state_->queue.empty() && state_->in_flight == 0;
  lock.unlock();
  if (sleeps) state_->work.notify_one();
}

void LineQueue::count_lost() {
  const std::lock_guard lock(state_->mutex);
  ++state_->lost;
}

void LineQueue::set_style(const LineStyle& style) {
  const std::lock_guard lock(state_->mutex);
  state_->style = style;
}

bool LineQueue::flush(std::chrono::milliseconds limit) {
  submit();
  std::unique_lock lock(state_->mutex);
  return state_->progress.wait_for(
      lock, limit, [this] { return state_->queue.empty() && state_->in_flight == 0; });
}

}  // namespace my_init::log
