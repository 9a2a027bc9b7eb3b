#include <fmt/format.h>
#include <sched.h>

#include <csignal>
#include <cstdlib>

#include "container.hpp"

namespace my_init::test {
namespace {

constexpr int kServices = 20;
constexpr auto kOften = "restart_backoff: {initial: 50ms, max: 50ms, jitter: 0}\n";

/// How long a storm lasts: $MY_INIT_TEST_STORM_SECONDS (./dev soak: 60), else what a test may take.
Duration storm_length() {
  const char* const text = std::getenv("MY_INIT_TEST_STORM_SECONDS");
  return std::chrono::seconds(text != nullptr ? std::strtol(text, nullptr, 10) : 3);
}

/// Those that sleep for a service, none of them a zombie.
std::vector<Process> sleepers(const Container& box) {
  std::vector<Process> all = box.processes();
  std::erase_if(all, [](const Process& one) { return one.command != "sleep 1000"; });
  return all;
}

std::size_t times(const std::string& text, std::string_view word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("F4 after a storm of SIGKILL every service is back, with no stray and no more memory",
          "[system][F4][race]") {
  if (skipped()) return;
  Container box;
  for (int i = 0; i < kServices; ++i)
    box.service(fmt::format("s{}", i), fmt::format("command: sleep 1000\n{}", kOften));
  box.start();
  const auto all_are_back = [&] { return sleepers(box).size() == kServices; };
  REQUIRE(box.eventually(10s, all_are_back));
  const TimePoint begin = TimePoint::clock::now();
  long memory = 0;
  std::size_t kills = 0;
  while (TimePoint::clock::now() < begin + storm_length()) {
    for (const Process& one : sleepers(box)) {
      ::kill(one.host_pid, SIGKILL);
      ++kills;
    }
    static_cast<void>(box.errors());  // reads on: nobody is held up
    ::sched_yield();
    if (memory == 0 && TimePoint::clock::now() > begin + storm_length() / 3)
      memory = memory_of(box.program());
  }
  CHECK(kills > kServices);
  REQUIRE(box.eventually(10s, all_are_back));
  CHECK(box.processes().size() == kServices + 1);
  const long grown = memory_of(box.program()) - memory;
  CAPTURE(kills, memory, grown);
  if (!skipped_with_sanitizer("its memory grows")) CHECK(grown <= 128);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("R7 at 200 restarts a second the recorded exits are the spawns", "[system][R7][race]") {
  if (skipped()) return;
  Container box;
  for (int i = 0; i < kServices; ++i)
    box.service(
        fmt::format("s{}", i),
        fmt::format("command: [sh, -c, '[ ! -e /run/calm ] || exec sleep 1000; exit 3']\n{}",
                    kOften));
  box.start();
  box.let_pass(storm_length());
  box.file("/run/calm", "");
  REQUIRE(box.eventually(10s, [&] { return sleepers(box).size() == kServices; }));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  const std::size_t spawns = times(box.errors(), "*** Started s");
  CAPTURE(spawns);
  CHECK(spawns > 3 * kServices);
  CHECK(times(box.errors(), " exited with status 3.") + kServices == spawns);
}

}  // namespace my_init::test
