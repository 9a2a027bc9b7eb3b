#include "my_init/log/log_thread.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "my_init/log/log_loop.hpp"
#include "my_init/log/shared.hpp"

namespace my_init::log {
namespace {

/// The thread needs a few kB, and glibc's regular expressions some more; sanitizers need much.
/// Pages that are never touched cost nothing.
constexpr std::size_t kStackSize = 256 * 1024;

/// How long the destructor waits for a reader that is stuck.
constexpr std::chrono::milliseconds kLastWait{500};

UniqueFd event_descriptor() {
  return UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

void signal(const UniqueFd& event) {
  const std::uint64_t one = 1;
  static_cast<void>(::write(event.get(), &one, sizeof one) < 0);
}

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

Result<Pipe> make_pipe(uid_t uid, gid_t gid) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_failure("make a pipe for output", errno);
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  // Not O_NONBLOCK of pipe2, which the service's end would have, too.
  ::fcntl(pipe.reader.get(), F_SETFL, O_NONBLOCK);
  // Without CAP_CHOWN a run may still become another user: with CAP_SETUID, or by a setuid program.
  // So all may write: others reach the pipe only through /proc/PID/fd, which has rules of its own.
  static_cast<void>(::fchown(pipe.writer.get(), uid, gid) != 0);
  static_cast<void>(::fchmod(pipe.writer.get(), 0622) != 0);
  return pipe;
}

}  // namespace

class LogThread::Impl {
 public:
  explicit Impl(ContainerStreams streams);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void push(Command command) {
    const std::lock_guard lock(shared->mutex);
    shared->commands.push_back(std::move(command));
  }
  void submit();
  void begin_end();
  bool flush(std::chrono::milliseconds limit);
  /// Counts the line as lost when there is no room for it. The lock must be held.
  [[nodiscard]] bool has_room(std::size_t size) const;

  std::shared_ptr<Shared> shared = std::make_shared<Shared>();
  std::map<LoggedService, std::shared_ptr<Kept>> kept;  ///< what is in them has the lock
  LineStyle style;
  std::optional<pthread_t> thread;
  std::unique_ptr<LogLoop> loop;  ///< when there is no thread
};

LogThread::Impl::Impl(ContainerStreams streams) {
  shared->wake = event_descriptor();
  shared->news_wake = event_descriptor();
  loop = std::make_unique<LogLoop>(streams, shared);
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return;
  ::pthread_attr_setstacksize(&attributes, kStackSize);
  const auto body = [](void* argument) -> void* {
    const std::unique_ptr<LogLoop> owned(static_cast<LogLoop*>(argument));
    owned->run();
    return nullptr;
  };
  pthread_t started{};
  if (::pthread_create(&started, &attributes, body, loop.get()) == 0) {
    thread = started;
    static_cast<void>(loop.release());
  }
  ::pthread_attr_destroy(&attributes);
}

void LogThread::Impl::begin_end() {
  std::unique_lock lock(shared->mutex);
  if (std::exchange(shared->stop, true)) return;
  lock.unlock();
  signal(shared->wake);
  if (!thread) loop->turn(std::chrono::milliseconds{0});
}

LogThread::Impl::~Impl() {
  begin_end();
  if (!thread) return;
  std::unique_lock lock(shared->mutex);
  const auto ended = [this] { return shared->ended; };
  bool joinable = shared->progress.wait_for(lock, kLastWait, ended);
  if (!joinable) {
    shared->abandon = true;
    lock.unlock();
    signal(shared->wake);
    // It comes to its end unless a disk or a terminal holds it up.
    lock.lock();
    joinable = shared->progress.wait_for(lock, kLastWait / 10, ended);
  }
  lock.unlock();
  if (joinable) {
    ::pthread_join(*thread, nullptr);
  } else {
    ::pthread_detach(*thread);
  }
}

void LogThread::Impl::submit() {
  std::unique_lock lock(shared->mutex);
  if (shared->commands.empty() && shared->flushes_asked == shared->flushes_done) return;
  if (thread && std::exchange(shared->woken, true)) return;
  lock.unlock();
  if (thread) {
    signal(shared->wake);
  } else {
    loop->turn(std::chrono::milliseconds{0});
  }
}

bool LogThread::Impl::flush(std::chrono::milliseconds limit) {
  std::unique_lock lock(shared->mutex);
  const std::uint64_t mine = ++shared->flushes_asked;
  lock.unlock();
  submit();
  lock.lock();
  const auto done = [&] { return shared->flushes_done >= mine; };
  return thread ? shared->progress.wait_for(lock, limit, done) : done();
}

bool LogThread::Impl::has_room(std::size_t size) const {
  if (shared->own_queued + shared->own_waiting + size <= kOwnCapacity) return true;
  ++shared->own_lost;
  return false;
}

LogThread::LogThread(ContainerStreams streams) : impl_(std::make_unique<Impl>(streams)) {}

LogThread::~LogThread() = default;

void LogThread::set_service(LoggedService service, LoggedOutput output) {
  std::shared_ptr<Kept>& kept = impl_->kept[service];
  if (!kept) kept = std::make_shared<Kept>(output.settings.tail);
  impl_->push(
      command::SetService{service, std::make_unique<LoggedOutput>(std::move(output)), kept});
}

void LogThread::forget_service(LoggedService service) {
  if (impl_->kept.erase(service) > 0) impl_->push(command::ForgetService{service});
}

Result<RunPipes> LogThread::open_run(LoggedService service, RunId run, uid_t uid, gid_t gid) {
  if (!impl_->thread) return failure("cannot read output: there is no log thread");
  if (!impl_->kept.contains(service)) return failure("cannot read output: unknown service");
  Result<Pipe> out = make_pipe(uid, gid);
  if (!out) return std::unexpected(out.error());
  Result<Pipe> err = make_pipe(uid, gid);
  if (!err) return std::unexpected(err.error());
  impl_->push(command::OpenRun{service, run, std::move(out->reader), std::move(err->reader)});
  return RunPipes{std::move(out->writer), std::move(err->writer)};
}

void LogThread::finish_run(RunId run) {
  impl_->push(command::FinishRun{run});
}

void LogThread::begin_end() {
  impl_->begin_end();
}

void LogThread::reopen_files() {
  impl_->push(command::ReopenFiles{});
}

void LogThread::finish_compression(LoggedService service, Compression outcome) {
  impl_->push(command::FinishCompression{service, outcome});
}

int LogThread::event_fd() const {
  return impl_->shared->news_wake.get();
}

std::vector<News> LogThread::take_news() {
  const std::lock_guard lock(impl_->shared->mutex);
  std::uint64_t number = 0;
  static_cast<void>(::read(impl_->shared->news_wake.get(), &number, sizeof number) < 0);
  return std::exchange(impl_->shared->news, {});
}

std::vector<RingLine> LogThread::last_lines(LoggedService service, std::optional<RunId> run,
                                            std::size_t count) const {
  const auto kept = impl_->kept.find(service);
  if (kept == impl_->kept.end()) return {};
  const std::lock_guard lock(impl_->shared->mutex);
  return kept->second->ring.last_lines(run, count);
}

RingPart LogThread::newest_part(LoggedService service, std::size_t count) const {
  const auto kept = impl_->kept.find(service);
  if (kept == impl_->kept.end()) return {};
  const std::lock_guard lock(impl_->shared->mutex);
  const Ring& ring = kept->second->ring;
  return {ring.last_lines(std::nullopt, count), ring.end(), 0};
}

RingPart LogThread::lines_after(LoggedService service, std::uint64_t next) const {
  const auto kept = impl_->kept.find(service);
  if (kept == impl_->kept.end()) return {};
  const std::lock_guard lock(impl_->shared->mutex);
  kept->second->followed = true;
  return kept->second->ring.lines_after(next);
}

OutputCounters LogThread::counters(LoggedService service) const {
  const auto kept = impl_->kept.find(service);
  if (kept == impl_->kept.end()) return {};
  const std::lock_guard lock(impl_->shared->mutex);
  return kept->second->counters;
}

void LogThread::submit() {
  impl_->submit();
}

bool LogThread::flush(std::chrono::milliseconds limit) {
  return impl_->flush(limit);
}

void LogThread::write_own(const OwnLine& line) {
  Shared& shared = *impl_->shared;
  if (line.last_lines_of) {
    const std::lock_guard lock(shared.mutex);
    if (!impl_->has_room(line.content.size())) return;
    shared.own_queued += line.content.size();
    shared.commands.emplace_back(command::WriteOwnWithLastLines{line, impl_->style});
    return;
  }
  const std::string text = whole_line(impl_->style, line.time, line.level, line.content);
  const std::lock_guard lock(shared.mutex);
  if (!impl_->has_room(text.size())) return;
  shared.own_queued += text.size();
  auto* last =
      shared.commands.empty() ? nullptr : std::get_if<command::WriteOwn>(&shared.commands.back());
  if (last != nullptr) {
    last->text += text;
  } else {
    shared.commands.emplace_back(command::WriteOwn{text});
  }
}

void LogThread::count_lost_own() {
  const std::lock_guard lock(impl_->shared->mutex);
  ++impl_->shared->own_lost;
}

void LogThread::set_own_style(const LineStyle& style, LogLevel least) {
  impl_->style = style;
  impl_->push(command::SetOwnStyle{style, least});
}

}  // namespace my_init::log
