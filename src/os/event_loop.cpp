#include "my_init/os/event_loop.hpp"

#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <span>
#include <string>

namespace my_init::os {

namespace {

constexpr std::size_t kEventsPerTurn = 64;

/// A time-out of epoll_pwait2 may be late by a thousandth of its length, which up to here is no
/// more than the usual timer slack of 50 us. Longer sleeps are ended by a timer, which has no such
/// slack.
constexpr std::chrono::milliseconds kLongestTimeout{50};

/// The generation of the timer, which is of no watch: it only ends the sleep.
constexpr std::uint32_t kOfTimer = 0;

std::uint64_t tag(int fd, std::uint32_t generation) {
  return std::uint64_t{generation} << 32U | static_cast<std::uint32_t>(fd);
}

/// Time left until `deadline`, never negative.
Duration time_left(TimePoint deadline) {
  return std::max(Duration::zero(), deadline - TimePoint::clock::now());
}

timespec to_timespec(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  timespec value{};
  value.tv_sec = seconds.count();
  value.tv_nsec = (duration - seconds).count();
  return value;
}

int wait_nanoseconds(int epoll, std::span<epoll_event> events, std::optional<TimePoint> deadline) {
  const int count = static_cast<int>(events.size());
  if (!deadline) return ::epoll_pwait2(epoll, events.data(), count, nullptr, nullptr);
  const timespec timeout = to_timespec(time_left(*deadline));
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

bool EventLoop::arm_timer(TimePoint deadline) {
  if (armed_ == deadline) return true;
  if (!timer_) {
    UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = tag(timer.get(), kOfTimer);
    if (!timer || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, timer.get(), &event) < 0) return false;
    timer_ = std::move(timer);
  }
  itimerspec when{};
  when.it_value = to_timespec(deadline.time_since_epoch());
  if (::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr) < 0) return false;
  armed_ = deadline;
  return true;
}

/// Also forgets that it has fired.
void EventLoop::stop_timer() {
  const itimerspec never{};
  if (armed_.has_value()) ::timerfd_settime(timer_.get(), 0, &never, nullptr);
  armed_.reset();
}

int EventLoop::wait(std::span<epoll_event> events, std::optional<TimePoint> deadline) {
  if (!deadline)
    stop_timer();
  else if (time_left(*deadline) > kLongestTimeout && arm_timer(*deadline))
    deadline.reset();
  while (true) {
    const int count = has_pwait2_ ? wait_nanoseconds(epoll_.get(), events, deadline)
                                  : wait_milliseconds(epoll_.get(), events, deadline);
    if (count >= 0) return count;
    if (errno == EINTR) continue;
    if (!has_pwait2_) return 0;
    has_pwait2_ = false;  // ENOSYS before Linux 5.11; EPERM under an old seccomp profile
  }
}

void EventLoop::turn(std::optional<TimePoint> deadline) {
  std::array<epoll_event, kEventsPerTurn> events;
  const int count = wait(events, deadline);
  for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(count))) {
    if (event.data.u64 == tag(timer_.get(), kOfTimer)) stop_timer();
    const auto found = watches_.find(static_cast<int>(event.data.u64 & 0xffffffffU));
    if (found == watches_.end() || found->second.generation != event.data.u64 >> 32U) continue;
    const std::shared_ptr<Handler> handler = found->second.handler;
    (*handler)(event.events);
  }
}

}  // namespace my_init::os
