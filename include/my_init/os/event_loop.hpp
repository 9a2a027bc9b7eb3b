#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>

#include "my_init/base/result.hpp"
#include "my_init/base/time.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::os {

/// epoll(7), level-triggered. One thread.
class EventLoop {
 public:
  /// `events` are EPOLLIN, EPOLLHUP, ... of epoll_ctl(2).
  using Handler = std::function<void(std::uint32_t events)>;

  /// Fails with the errno of epoll_create1.
  [[nodiscard]] static Result<EventLoop> create();

  /// Readable while something that it watches is ready: one loop may watch another.
  [[nodiscard]] int fd() const { return epoll_.get(); }

  /// Watches `fd` (which the caller owns and closes after remove()).
  [[nodiscard]] Result<void> add(int fd, std::uint32_t events, Handler handler);

  /// A handler may remove any fd, its own included: one that is removed is not called any more,
  /// even when its event was already delivered in this turn, and even when the number was reused by
  /// add().
  void remove(int fd);

  /// Sleeps until something is ready or `deadline` has passed (nothing = for ever), then calls the
  /// handlers. Never early, and late by no more than the thread's timer slack (prctl(2)), or by a
  /// millisecond where the kernel has no epoll_pwait2. With a deadline in the past it only polls.
  void turn(std::optional<TimePoint> deadline);

 private:
  explicit EventLoop(UniqueFd epoll) : epoll_(std::move(epoll)) {}

  /// Lets the timer end the sleep at `deadline`; false when there is no timer.
  bool arm_timer(TimePoint deadline);
  void stop_timer();
  /// How many events there are; the sleep ends at `deadline`.
  int wait(std::span<epoll_event> events, std::optional<TimePoint> deadline);

  struct Watch {
    std::uint32_t generation = 0;
    std::shared_ptr<Handler> handler;  ///< shared: it may remove itself while it runs
  };
  UniqueFd epoll_;
  UniqueFd timer_;                  ///< timerfd_create(2), made when first needed
  std::optional<TimePoint> armed_;  ///< when the timer fires or has fired
  std::unordered_map<int, Watch> watches_;
  std::uint32_t next_generation_ = 1;
  bool has_pwait2_ = true;
};

}  // namespace my_init::os
