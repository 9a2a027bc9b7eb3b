#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
  /// handlers. Time-outs are exact to the nanosecond where the kernel has epoll_pwait2, else they
  /// round up to the next millisecond; never early. With a deadline in the past it only polls.
  void turn(std::optional<TimePoint> deadline);

 private:
  explicit EventLoop(UniqueFd epoll) : epoll_(std::move(epoll)) {}

  struct Watch {
    std::uint32_t generation = 0;
    std::shared_ptr<Handler> handler;  ///< shared: it may remove itself while it runs
  };
  UniqueFd epoll_;
  std::unordered_map<int, Watch> watches_;
  std::uint32_t next_generation_ = 1;
  bool has_pwait2_ = true;
};

}  // namespace my_init::os
