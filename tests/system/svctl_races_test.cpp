#include <algorithm>
#include <memory>

#include "svctl.hpp"

namespace my_init::test {
namespace {

/// A service that tells when it is ready: svctl does not wait to see whether it lives.
constexpr auto kTelling = "on:TERM=exit:0 put:3=; serve";
constexpr auto kTells = "ready: {fd: 3, timeout: 60s}\n";

/// With a sanitizer each start of svctl takes a tenth of a second.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kRounds = 20;
#else
constexpr int kRounds = 200;
#endif

/// How many processes of the container are the actor of that name.
std::size_t instances(const Container& box, const std::string& name) {
  const auto all = box.processes();
  return static_cast<std::size_t>(std::ranges::count_if(all, [&](const Process& process) {
    return process.state != 'Z' && has(process.command, " " + name + " ");
  }));
}

}  // namespace

TEST_CASE("V3 after its restart limit a service starts at once when svctl says so",
          "[system][control][V3]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:ran exit:1",
            "restart_backoff: {initial: 0s}\nrestart_limit: {count: 2, window: 60s}\n")
      .actor("idle", kObedient)
      .start();
  box.wait_output("web has reached its restart limit");
  CHECK(box.count("web ran") == 3);
  CHECK(svctl(box, {"start", "web"}).code == 1);
  CHECK(svctl(box, {"wait", "--for", "stopped", "web"}).code == 0);
  CHECK(box.count("web ran") == 6);
}

TEST_CASE("V4 a stop while in back-off is done at once, and nothing starts later",
          "[system][control][V4]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:ran exit:1", "restart_backoff: {initial: 300ms, jitter: 0}\n")
      .actor("idle", kObedient)
      .start();
  box.wait_output("Restarting web in");
  const auto stop = svctl(box, {"stop", "web"});
  CHECK(stop.code == 0);
  CHECK(stop.took < svctl_within(100ms));
  const auto ran = box.count("web ran");
  box.let_pass(700ms);
  CHECK(box.count("web ran") == ran);
  CHECK(svctl(box, {"status", "web"}).code == 3);
}

TEST_CASE("V5 of a restart and a stop right after each other the later wins",
          "[system][control][race][V5]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kTelling, kTells).start();
  wait_for_control(box);
  for (int i = 0; i < loops(kRounds); ++i) {
    CHECK(svctl(box, {"restart", "--no-wait", "web"}).code == 0);
    CHECK(svctl(box, {"stop", "web"}).code == 0);
    REQUIRE(instances(box, "web") == 0);
    CHECK(svctl(box, {"stop", "--no-wait", "web"}).code == 0);
    CHECK(svctl(box, {"restart", "web"}).code == 0);
    REQUIRE(instances(box, "web") == 1);
  }
}

TEST_CASE("V6 ten restarts at once leave one instance, and never make two",
          "[system][control][race][V6]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kTelling, kTells).start();
  wait_for_control(box);
  for (int i = 0; i < loops(kRounds); ++i) {
    std::vector<std::unique_ptr<Svctl>> all;
    for (int k = 0; k < 10; ++k)
      all.push_back(std::make_unique<Svctl>(box, Words{"restart", "--no-wait", "web"}));
    REQUIRE(instances(box, "web") <= 1);
    for (auto& one : all) {
      CHECK(one->wait().code == 0);
      REQUIRE(instances(box, "web") <= 1);
    }
    CHECK(svctl(box, {"wait", "web"}).code == 0);
    REQUIRE(instances(box, "web") == 1);
  }
}

TEST_CASE("V7 a start while stopping waits for the old process and makes one new",
          "[system][control][V7]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "on:TERM=say:asked,until:go,exit:0 say:ready serve").start();
  const auto first = box.wait_event("web ready");
  Svctl stop(box, {"stop", "web"});
  box.wait_event("web asked");
  Svctl start(box, {"start", "web"});
  CHECK(svctl(box, {"status", "web"}).code == 0);
  CHECK(box.count("web ready") == 1);
  box.open_gate("go");
  CHECK(start.wait().code == 0);
  CHECK(box.wait_event("web ready", 2).pid != first.pid);
  CHECK(instances(box, "web") == 1);
}

}  // namespace my_init::test
