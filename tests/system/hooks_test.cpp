#include <fmt/format.h>

#include <csignal>

#include "container.hpp"

namespace my_init::test {
namespace {

/// A key whose only hook is an actor of the key's name.
std::string hook(const Container& box, const std::string& key, const std::string& words) {
  return key + ": [" + box.actor_list(key, words) + "]\n";
}

bool is_gone(const Container& box, int pid) {
  return box.process(pid).value_or(Process{}).command.empty();
}

constexpr auto kHooks = {"pre_start", "post_start", "pre_stop", "post_stop"};

/// Starts again at once, without end.
constexpr auto kTireless =
    "restart: always\nrestart_backoff: {initial: 1ms, factor: 1, jitter: 0}\n";

}  // namespace

TEST_CASE("hooks run one after the other around the start and the stop", "[system][hooks]") {
  if (skipped()) return;
  Container box;
  box.actor("web",
            "on:TERM=say:bye,exit:0 say:begun sleep:50 write:/run/web.ready=x say:ready serve",
            "ready: {file: /run/web.ready, interval: 10ms}\npre_start: [" +
                box.actor_list("first", "say:begun sleep:50 say:over") + ", " +
                box.actor_list("second", "say:begun sleep:50 say:over") + "]\n" +
                hook(box, "post_start", "say:ran") + hook(box, "pre_stop", "sleep:50 say:ran") +
                hook(box, "post_stop", "say:ran"))
      .actor("next", kObedient, "depends_on: {web: {condition: service_healthy}}\n")
      .start();
  box.wait_event("next ready");
  const auto at = [&](const std::string& event) { return box.wait_event(event).at; };
  CHECK(at("second begun") > at("first over"));
  CHECK(at("web begun") > at("second over"));
  CHECK(at("post_start ran") > at("web begun") + 50ms);
  CHECK(at("next ready") > at("post_start ran"));
  CHECK(box.count("pre_stop ran") == 0);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(at("pre_stop ran") > at("next bye"));
  CHECK(at("web got-TERM") > at("pre_stop ran"));
  CHECK(at("post_stop ran") > at("web bye"));
  CHECK(box.count("post_start ran") + box.count("post_stop ran") == 2);
}

TEST_CASE("hooks are run as the service's user with its environment and directory",
          "[system][hooks]") {
  if (skipped_without_root()) return;
  Container box;
  std::string keys =
      "user: \"1000:1000\"\nworking_dir: /tmp\nenvironment: {COLOUR: blue}\numask: \"0027\"\n";
  for (const auto* key : kHooks) {
    keys += hook(box, key, "self env:COLOUR env:MY_INIT_SERVICE say:ran");
  }
  box.actor("web", kObedient, keys).start();
  box.wait_event("web ready");
  box.wait_event("post_start ran");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  for (const std::string name : kHooks) {
    CAPTURE(name);
    CHECK(box.count(name + " uid=1000 cwd=/tmp") == 1);
    CHECK(box.count(name + " COLOUR=blue") == 1);
    CHECK(box.count(name + " MY_INIT_SERVICE=web") == 1);
  }
}

TEST_CASE("a pre_start hook that fails fails the start and the policy decides", "[system][hooks]") {
  if (skipped()) return;
  const std::string failed = "*** web's pre_start hook failed with status 3\n";
  SECTION("no restart") {
    Container box;
    box.actor("web", "say:ran serve",
              "restart: \"no\"\n" + hook(box, "pre_start", "exit:3") +
                  hook(box, "post_start", "say:ran") + hook(box, "post_stop", "say:ran"))
        .start();
    CHECK(box.wait_exit().code == 3);
    CHECK(has(box.errors(), failed + "*** web has failed for good (exit code 3)\n"));
    CHECK(box.count("web ran") + box.count("post_start ran") + box.count("post_stop ran") == 0);
  }
  SECTION("restart") {
    Container box;
    box.actor("web", "say:ran serve", kTireless + hook(box, "pre_start", "say:ran exit:3")).start();
    box.wait_event("pre_start ran", 4);
    box.wait_output(failed + "*** Restarting web in 1ms\n");
    CHECK(box.count("web ran") == 0);
    box.signal(SIGTERM);
    CHECK(box.wait_exit().code == 0);
  }
  SECTION("one that cannot be executed") {
    Container box;
    box.actor("web", "say:ran serve", "restart: \"no\"\npre_start: [[/no/such]]\n").start();
    CHECK(box.wait_exit().code == 127);
    CHECK(has(box.errors(), "*** cannot start 'web's pre_start hook': exec '/no/such': "));
    CHECK(box.count("web ran") == 0);
  }
}

TEST_CASE("a hook that fails after the start is told and the service goes on", "[system][hooks]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient,
            hook(box, "post_start", "exit:4") + hook(box, "pre_stop", "exit:5") +
                hook(box, "post_stop", "exit:6"))
      .start();
  box.wait_event("web ready");
  box.wait_output("*** web's post_start hook failed with status 4\n");
  CHECK(has(box.status("web"), "web: running"));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(has(box.errors(), "*** web's pre_stop hook failed with status 5\n"));
  CHECK(has(box.errors(), "*** web's post_stop hook failed with status 6\n"));
  CHECK(box.count("web bye") == 1);
}

TEST_CASE("S10 a hook of a service that hangs is killed with its group and the stop goes on",
          "[system][hooks][S10]") {
  if (skipped()) return;
  const std::string hangs =
      "ignore:TERM fork:kid { ignore:TERM say:ready until:never } say:hangs until:never";
  Container box;
  box.actor("web", "on:TERM=say:bye,until:go,exit:0 say:ready serve",
            "stop_grace_period: 500ms\n" + hook(box, "pre_stop", hangs) +
                hook(box, "post_stop", "say:ran"))
      .start();
  box.wait_event("web ready");
  box.signal(SIGTERM);
  const auto begun = box.wait_event("pre_stop hangs");
  const auto kid = box.wait_event("kid ready");
  const auto bye = box.wait_event("web bye");
  CHECK(bye.at - begun.at <= within(500ms));
  CHECK(box.eventually(1s, [&] { return is_gone(box, begun.pid) && is_gone(box, kid.pid); }));
  box.open_gate("go");
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 500ms);
  CHECK(box.count("post_stop ran") == 1);
  CHECK(has(box.errors(), fmt::format("*** web's pre_stop hook (PID {}) has taken too long. "
                                      "Forcing it to exit.\n",
                                      begun.pid)));
}

TEST_CASE("S10 a post_stop hook that hangs does not hold up the shutdown", "[system][hooks][S10]") {
  if (skipped()) return;
  Container box;
  box.actor("db", kObedient)
      .actor("web", kObedient,
             "depends_on: [db]\nstop_grace_period: 500ms\n" +
                 hook(box, "post_stop", "ignore:TERM say:hangs until:never"))
      .start();
  box.wait_event("web ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took >= 500ms);
  CHECK(end.took <= within(500ms));
  CHECK(box.wait_event("db bye").at > box.wait_event("post_stop hangs").at + 400ms);
}

TEST_CASE("S10 a pre_start hook that hangs fails the start at the time limit of the start",
          "[system][hooks][S10]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:ran serve",
            "restart: \"no\"\nready: {timeout: 500ms}\n" +
                hook(box, "pre_start", "ignore:TERM say:hangs until:never"))
      .actor("other", kObedient)
      .start();
  box.wait_event("other ready");
  const auto hanging = box.wait_event("pre_start hangs");
  box.wait_output("*** web has failed for good (exit code 137)\n");
  CHECK(std::chrono::steady_clock::now() - box.exec_at() <= within(500ms) + 1s);
  CHECK(is_gone(box, hanging.pid));
  CHECK(has(box.errors(), "has taken too long. Forcing it to exit.\n"));
  CHECK(box.count("web ran") == 0);
}

TEST_CASE("a SIGTERM while a pre_start hook is at work ends the hook and starts nothing",
          "[system][hooks]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:ran serve",
            hook(box, "pre_start", "on:TERM=say:bye,exit:0 say:begun serve") +
                hook(box, "post_stop", "say:ran"))
      .start();
  box.wait_event("pre_start begun");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(300ms));
  CHECK(box.count("pre_start bye") == 1);
  CHECK(box.count("web ran") + box.count("post_stop ran") == 0);
}

TEST_CASE("S9 after SIGTERM nothing is spawned but stop hooks", "[system][hooks][S9]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "on:TERM=say:stopping,sleep:1300,say:bye,exit:0 say:ready serve",
            hook(box, "pre_stop", "say:ran") + hook(box, "post_stop", "say:ran"))
      .actor("crash", "say:ran exit:1", kTireless + hook(box, "pre_start", "say:ran"))
      .actor("tick", "say:ran exit:0", "type: oneshot\nschedule: {every: 1s}\n")
      .start();
  box.wait_event("web ready");
  box.wait_event("tick ran");
  box.wait_event("crash ran", 5);
  box.signal(SIGTERM);
  // What had been forked before may still speak up to here.
  const auto stopping = box.wait_event("web stopping").at + scaled(300ms);
  CHECK(box.wait_exit().code == 0);
  for (const auto* event : {"crash ran", "pre_start ran", "tick ran"}) {
    CAPTURE(event);
    CHECK(box.events(event).back().at < stopping);
  }
  CHECK(box.count("pre_stop ran") == 1);
  CHECK(box.wait_event("post_stop ran").at > box.wait_event("web bye").at);
}

TEST_CASE("S8 the hooks of a service share the time of the shutdown with all others",
          "[system][hooks][S8]") {
  if (skipped()) return;
  Container box;
  const std::string hangs = "ignore:TERM say:hangs until:never";
  box.actor("db", "on:TERM=sleep:200,say:bye,exit:0 say:ready serve",
            hook(box, "post_stop", "sleep:200 say:ran"))
      .actor("web", "ignore:TERM say:ready until:never",
             "depends_on: [db]\nstop_grace_period: 60s\n" + hook(box, "pre_stop", hangs))
      .option("--shutdown-timeout=3s")
      .start();
  box.wait_event("db ready");
  box.wait_event("web ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took <= within(3s));
  CHECK(box.count("pre_stop hangs") == 1);
  CHECK(box.count("db bye") == 1);
  CHECK(box.count("post_stop ran") == 1);
  CHECK(has(box.errors(), "has taken too long. Forcing it to exit.\n"));
  CHECK(has(box.errors(), "has used up its share of the shutdown time. Forcing it to exit.\n"));
}

}  // namespace my_init::test
