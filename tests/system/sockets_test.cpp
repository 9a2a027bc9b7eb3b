#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "client.hpp"
#include "container.hpp"

namespace my_init::test {

TEST_CASE("sockets of a service are passed to it as sd_listen_fds(3) says", "[system][sockets]") {
  if (skipped()) return;
  const auto port = free_port();
  const std::string tells = "env:LISTEN_FDS env:LISTEN_FDNAMES env:LISTEN_PID say:ready ";
  const auto keys = fmt::format(
      "listen: {{web: \"tcp:127.0.0.1:{}\", ctl: \"unix:/run/web.sock:0660\"}}\n", port);
  const auto path = [](const Container& box) { return box.host_path("/run/web.sock"); };
  Container box;
  box.actor("web", "fork:kid { " + tells + " accept:4 } " + tells + "accept:3", keys)
      .actor("other", "env:LISTEN_FDS env:LISTEN_PID " + std::string{kObedient})
      .start();
  const auto web = box.wait_event("web ready");
  box.wait_event("kid ready");
  box.wait_event("other ready");
  CHECK(box.count("web LISTEN_FDS=2") == 1);
  CHECK(box.count("web LISTEN_FDNAMES=web:ctl") == 1);
  CHECK(box.count(fmt::format("web LISTEN_PID={}", web.pid)) == 1);
  CHECK(box.count(fmt::format("kid LISTEN_PID={}", web.pid)) == 1);
  CHECK(box.count("other LISTEN_FDS unset") + box.count("other LISTEN_PID unset") == 2);
  CHECK(ask_port(port) == "web");
  CHECK(ask_path(path(box)) == "kid");
  struct stat status{};
  REQUIRE(::stat(path(box).c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0660);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(!std::filesystem::exists(path(box)));
}

TEST_CASE("sockets are kept over restarts and no client is refused", "[system][sockets]") {
  if (skipped()) return;
  const auto port = free_port();
  const std::string keys = "restart_backoff: {initial: 20ms, factor: 1, jitter: 0}\n";
  Container box;
  box.actor("web", "env:LISTEN_PID say:ready accept:3=5 exit:1",
            keys + fmt::format("listen: {{http: \"tcp:127.0.0.1:{}\"}}\n", port))
      .actor("ctl", "say:ready accept:3=5 exit:1", keys + "listen: {ctl: \"unix:/run/ctl.sock\"}\n")
      .start();
  box.wait_event("web ready");
  box.wait_event("ctl ready");
  int failures = 0;
  for (int i = 0; i < 54; ++i) {
    if (ask_port(port) != "web") ++failures;
    if (ask_path(box.host_path("/run/ctl.sock")) != "ctl") ++failures;
  }
  CHECK(failures == 0);
  const auto last = box.wait_event("web ready", 11);
  CHECK(box.count(fmt::format("web LISTEN_PID={}", last.pid)) == 1);
  CHECK(has(box.status("web"), "restarts 10"));
}

TEST_CASE("a socket that cannot be had fails the start of that service alone",
          "[system][sockets]") {
  if (skipped()) return;
  const auto taken = hold_port();
  const auto listen = fmt::format("listen: {{http: \"tcp:127.0.0.1:{}\"}}\n", taken.port);
  const auto line = fmt::format(
      "*** cannot start 'web': cannot listen on tcp:127.0.0.1:{}: address already in use\n",
      taken.port);
  Container box;
  box.actor("web", "say:ran serve", "restart: \"no\"\n" + listen).actor("other", kObedient).start();
  box.wait_event("other ready");
  box.wait_output("*** web has failed for good (exit code 126)\n");
  CHECK(has(box.errors(), line));
  CHECK(box.errors().find(line) == box.errors().rfind(line));
  CHECK(box.count("web ran") == 0);
  // It is running only once we have heard that its exec has succeeded.
  CHECK(box.eventually(5s, [&] { return has(box.status("other"), "other: running"); }));
}

TEST_CASE("a socket that could not be had is tried again with the service", "[system][sockets]") {
  if (skipped()) return;
  auto taken = hold_port();
  Container box;
  box.actor("web", "say:ready accept:3",
            "restart_backoff: {initial: 20ms, factor: 1}\n" +
                fmt::format("listen: {{http: \"tcp:127.0.0.1:{}\"}}\n", taken.port))
      .start();
  box.wait_output("address already in use\n");
  taken.socket.reset();
  box.wait_event("web ready");
  CHECK(ask_port(taken.port) == "web");
}

}  // namespace my_init::test
