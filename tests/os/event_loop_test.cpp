#include "my_init/os/event_loop.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "catch.hpp"
#include "fixture.hpp"

namespace my_init::os {

namespace {

UniqueFd ready_fd() {
  return UniqueFd(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
}

constexpr TimePoint kPast{};

}  // namespace

TEST_CASE("a handler is called with the events of its descriptor", "[os][loop]") {
  EventLoop loop = EventLoop::create().value();
  Pipe pipe;
  std::uint32_t seen = 0;
  REQUIRE(loop.add(pipe.read_end.get(), EPOLLIN, [&](std::uint32_t events) { seen = events; }));
  loop.turn(kPast);
  CHECK(seen == 0);
  REQUIRE(::write(pipe.write_end.get(), "x", 1) == 1);
  loop.turn(std::nullopt);
  CHECK(seen == EPOLLIN);
  pipe.write_end.reset();
  loop.turn(std::nullopt);
  CHECK(seen == (EPOLLIN | EPOLLHUP));
}

TEST_CASE("a handler may remove itself and others in the same turn", "[os][loop]") {
  EventLoop loop = EventLoop::create().value();
  const UniqueFd first = ready_fd();
  const UniqueFd second = ready_fd();
  int calls = 0;
  const auto remove_both = [&](std::uint32_t) {
    ++calls;
    loop.remove(first.get());
    loop.remove(second.get());
  };
  REQUIRE(loop.add(first.get(), EPOLLIN, remove_both));
  REQUIRE(loop.add(second.get(), EPOLLIN, remove_both));
  loop.turn(std::nullopt);
  loop.turn(kPast);
  CHECK(calls == 1);
}

TEST_CASE("an old event does not reach a new descriptor with the same number", "[os][loop]") {
  EventLoop loop = EventLoop::create().value();
  UniqueFd first = ready_fd();
  UniqueFd second = ready_fd();
  int calls = 0;
  int new_calls = 0;
  const auto replace = [&](UniqueFd& other) {
    return [&](std::uint32_t) {
      if (++calls > 1) return;
      const int number = other.get();
      loop.remove(number);
      other.reset();
      other = UniqueFd(::eventfd(0, EFD_CLOEXEC));
      REQUIRE(other.get() == number);
      REQUIRE(loop.add(number, EPOLLIN, [&](std::uint32_t) { ++new_calls; }));
    };
  };
  REQUIRE(loop.add(first.get(), EPOLLIN, replace(second)));
  REQUIRE(loop.add(second.get(), EPOLLIN, replace(first)));
  loop.turn(std::nullopt);
  CHECK(calls == 1);
  CHECK(new_calls == 0);
}

TEST_CASE("a turn never ends before its deadline", "[os][loop]") {
  EventLoop loop = EventLoop::create().value();
  for (int round = 0; round < 200; ++round) {
    const TimePoint deadline = TimePoint::clock::now() + std::chrono::microseconds(round * 10);
    loop.turn(deadline);
    REQUIRE(TimePoint::clock::now() >= deadline);
  }
}

TEST_CASE("a long sleep is as exact as a short one", "[os][loop]") {
  EventLoop loop = EventLoop::create().value();
  // The time-out of epoll_pwait2 may be late by a thousandth. A busy machine may be late, too, but
  // not each time.
  constexpr std::chrono::milliseconds kLong{1000};
  constexpr std::chrono::microseconds kEnough{500};
  Duration least = kLong;
  for (int round = 0; round < 10 && least > kEnough; ++round) {
    const TimePoint deadline = TimePoint::clock::now() + kLong;
    loop.turn(deadline);
    const TimePoint end = TimePoint::clock::now();
    REQUIRE(end >= deadline);
    least = std::min(least, end - deadline);
  }
  CHECK(least <= kEnough);
}

TEST_CASE("a deadline that was given up neither ends a sleep nor is left ready", "[os][loop]") {
  EventLoop loop = EventLoop::create().value();
  UniqueFd ready = ready_fd();
  int calls = 0;
  REQUIRE(loop.add(ready.get(), EPOLLIN, [&](std::uint32_t) { ++calls; }));
  loop.turn(TimePoint::clock::now() + std::chrono::milliseconds(80));  // arms the timer
  CHECK(calls == 1);
  loop.remove(ready.get());
  const TimePoint later = TimePoint::clock::now() + std::chrono::milliseconds(300);
  loop.turn(later);
  CHECK(TimePoint::clock::now() >= later);
  loop.turn(kPast);
  pollfd poller{loop.fd(), POLLIN, 0};
  CHECK(::poll(&poller, 1, 0) == 0);
}

TEST_CASE("a descriptor that cannot be watched is an error", "[os][loop]") {
  EventLoop loop = EventLoop::create().value();
  const Result<void> result = loop.add(-1, EPOLLIN, [](std::uint32_t) {});
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "cannot watch descriptor -1: bad file descriptor");
  CHECK(result.error().number == EBADF);
}

}  // namespace my_init::os
