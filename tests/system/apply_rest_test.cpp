#include <fmt/format.h>

#include <csignal>
#include <filesystem>

#include "client.hpp"
#include "container.hpp"

namespace my_init::test {
namespace {

constexpr auto kTinted = "on:TERM=exit:0 env:COLOUR env:SHADE say:ready serve";

std::size_t descriptors_of(pid_t process) {
  const std::filesystem::directory_iterator all{fmt::format("/proc/{}/fd", process)};
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

TEST_CASE("C5 another container environment alone restarts nothing and holds for the next start",
          "[system][C5]") {
  if (skipped()) return;
  Container box;
  box.file("/etc/container_environment/SHADE", "light").actor("web", kTinted).start();
  box.wait_event("web SHADE=light");
  box.wait_event("web ready");
  box.file("/etc/container_environment/SHADE", "dark");
  box.signal(SIGHUP);
  box.wait_output("*** Re-read /etc/services.d: 1 unchanged\n");
  box.actor("web", kTinted, "environment: {COLOUR: red}\n");
  box.signal(SIGHUP);
  box.wait_output("*** Re-read /etc/services.d: web restarted, 0 unchanged\n");
  box.wait_event("web COLOUR=red");
  box.wait_event("web SHADE=dark");
  CHECK(box.count("web SHADE=light") == 1);
}

TEST_CASE("C5 sockets stay open while their service is changed and close when it is removed",
          "[system][C5][sockets]") {
  if (skipped()) return;
  const auto port = free_port();
  const auto keys =
      fmt::format("listen: {{http: \"tcp:127.0.0.1:{}\", ctl: \"unix:/run/ctl.sock\"}}\n", port);
  Container box;
  box.actor("web", "env:COLOUR say:ready accept:3", keys).actor("other", kObedient).start();
  box.wait_event("web ready");
  CHECK(ask_port(port) == "web");
  box.actor("web", "env:COLOUR say:ready accept:3", keys + "environment: {COLOUR: red}\n");
  box.signal(SIGHUP);
  box.wait_event("web COLOUR=red");
  CHECK(ask_port(port) == "web");
  std::filesystem::remove(box.host_path("/etc/services.d/web.yaml"));
  box.signal(SIGHUP);
  CHECK(box.eventually(10s,
                       [&] { return !std::filesystem::exists(box.host_path("/run/ctl.sock")); }));
  CHECK(box.eventually(10s, [&] { return has(box.status("other"), "other: running"); }));
}

TEST_CASE("C5 a hundred changes in a row cost no memory and no descriptors", "[system][C5]") {
  if (skipped() || skipped_with_sanitizer("its memory grows")) return;
  Container box;
  box.actor("web", kTinted).actor("job", kObedient).start();
  box.wait_event("web ready");
  std::size_t descriptors = 0;
  long memory = 0;
  for (std::size_t round = 1; round <= 100; ++round) {
    box.actor("web", kTinted, fmt::format("environment: {{COLOUR: \"{}\"}}\n", round));
    std::filesystem::remove(box.host_path(fmt::format("/etc/services.d/job{}.yaml", round - 1)));
    box.actor(fmt::format("job{}", round), kObedient);
    box.signal(SIGHUP);
    box.wait_event("web ready", round + 1);
    box.wait_event(fmt::format("job{} ready", round));
    if (round > 1) box.wait_event(fmt::format("job{} bye", round - 1));
    if (round != 20) continue;
    descriptors = descriptors_of(box.program());
    memory = memory_of(box.program());
  }
  CHECK(box.eventually(10s, [&] { return descriptors_of(box.program()) <= descriptors; }));
  const long grown = memory_of(box.program()) - memory;
  CAPTURE(memory, grown);
  CHECK(grown <= 128);
}

}  // namespace my_init::test
