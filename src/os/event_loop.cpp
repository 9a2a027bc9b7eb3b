#include "my_init/os/event_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <span>
#include <string>

namespace my_init::os {

namespace {

constexpr std::size_t kEventsPerTurn = 64;

std::uint64_t tag(int fd, std::uint32_t generation) {
  return std::uint64_t{generation} << 32U | static_cast<std::uint32_t>(fd);
}

/// Time left until `deadline`, never negative.
Duration time_left(TimePoint deadline) {
  return std::max(Duration::zero(), deadline - TimePoint::clock::now());
}

int wait_nanoseconds(int epoll, std::span<epoll_event> events, std::optional<TimePoint> deadline) {
  const int count = static_cast<int>(events.size());
  if (!deadline) return ::epoll_pwait2(epoll, events.data(), count, nullptr, nullptr);
  const Duration left = time_left(*deadline);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  timespec timeout{};
  timeout.tv_sec = seconds.count();
  timeout.tv_nsec = (left - seconds).count();
  return ::epoll_pwait2(epoll, events.data(), count, &timeout, nullptr);
}

int wait_milliseconds(int epoll, std::span<epoll_event> events, std::optional<TimePoint> deadline) {
  int timeout = -1;
  if (deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(time_left(*deadline)).count();
    timeout = static_cast<int>(std::min<std::int64_t>(left, INT_MAX));
  }
  return ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), timeout);
}

}  // namespace

Result<EventLoop> EventLoop::create() {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return system_failure("make an event loop", errno);
  return EventLoop(std::move(epoll));
}

Result<void> EventLoop::add(int fd, std::uint32_t events, Handler handler) {
  const std::uint32_t generation = next_generation_++;
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag(fd, generation);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) < 0)
    return system_failure("watch descriptor " + std::to_string(fd), errno);
  watches_.insert_or_assign(fd, Watch{generation, std::make_shared<Handler>(std::move(handler))});
  return {};
}

void EventLoop::remove(int fd) {
  if (watches_.erase(fd) == 0) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void EventLoop::turn(std::optional<TimePoint> deadline) {
  std::array<epoll_event, kEventsPerTurn> events;
  int count = -1;
  while (count < 0) {
    count = has_pwait2_ ? wait_nanoseconds(epoll_.get(), events, deadline)
                        : wait_milliseconds(epoll_.get(), events, deadline);
    if (count >= 0) break;
    if (has_pwait2_ && errno != EINTR) {
      has_pwait2_ = false;  // ENOSYS before Linux 5.11; EPERM under an old seccomp profile
    } else if (errno != EINTR) {
      return;
    }
  }
  for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(count))) {
    const auto found = watches_.find(static_cast<int>(event.data.u64 & 0xffffffffU));
    if (found == watches_.end() || found->second.generation != event.data.u64 >> 32U) continue;
    const std::shared_ptr<Handler> handler = found->second.handler;
    (*handler)(event.events);
  }
}

}  // namespace my_init::os
