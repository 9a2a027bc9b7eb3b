#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "svctl.hpp"

namespace my_init::test {
namespace {

/// web with a child that stays, and a daemon that has left its session and its environment.
constexpr auto kWebWithDaemon =
    "fork:parent { setsid fork:daemon { bare on:TERM=exit:0 say:ready serve } } wait "
    "fork:child { fork:grandchild { say:ready serve } say:ready serve } "
    "on:TERM=exit:0 say:ready serve";

/// A service that becomes svctl inside of the container, where pids mean what they say.
void add_look(Container& box, const std::string& name, const std::string& words) {
  const auto script = "/etc/" + name + ".sh";
  box.script(script, "exec " + svctl_inside(box) + ' ' + words + " >/run/" + name + ".txt");
  box.actor(name, "until:" + name + " exec " + script, "type: oneshot\ndepends_on: [web]\n");
}

/// What it has printed.
std::string look(Container& box, const std::string& name) {
  box.open_gate(name);
  CHECK(svctl(box, {"wait", "--for", "completed", name}).code == 0);
  std::ifstream file(box.host_path("/run/" + name + ".txt"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Pids {
  int web = 0, daemon = 0, child = 0, grandchild = 0;
};

Pids wait_for_web(Container& box) {
  return {box.wait_event("web ready").pid, box.wait_event("daemon ready").pid,
          box.wait_event("child ready").pid, box.wait_event("grandchild ready").pid};
}

}  // namespace

TEST_CASE(
    "S3 svctl tree shows services with their processes, and a daemon that got away as a stray",
    "[system][control][S3]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kWebWithDaemon).service("off", "command: [x]\nenabled: false\n");
  add_look(box, "look", "tree");
  box.start();
  const auto pids = wait_for_web(box);
  const auto tree = look(box, "look");
  CHECK(has(tree, fmt::format("web running {} actor\n└─ {} actor\n   └─ {} actor\n", pids.web,
                              pids.child, pids.grandchild)));
  CHECK(has(tree, "off disabled\n"));
  CHECK(has(tree, " svctl\n"));
  CHECK(has(tree, fmt::format("strays\n└─ {} actor\n", pids.daemon)));
  CHECK(has(svctl(box, {"status"}).output, fmt::format("stray process {} (actor)\n", pids.daemon)));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("S3 in a cgroup svctl tree tells whose the stray is, and the status counts all of it",
          "[system][control][cgroup][S3]") {
  if (skipped_without_cgroups()) return;
  Container box;
  box.own_cgroup().actor("web", kWebWithDaemon);
  add_look(box, "look", "tree");
  add_look(box, "state", "status --json web");
  box.start();
  const auto pids = wait_for_web(box);
  CHECK(has(look(box, "look"), fmt::format("strays\n└─ {} actor of web\n", pids.daemon)));
  const auto json = look(box, "state");
  CHECK(has(json, R"("followed_by":"cgroup v2")"));
  CHECK_FALSE(has(json, R"("cpu_us":-1)"));
  CHECK(has(svctl(box, {"status", "web"}).output, "processes are followed by: cgroup v2\n"));
  CHECK(has(svctl(box, {"why", "web"}).output, "Its processes are followed by cgroup v2.\n"));
}

TEST_CASE("without cgroups the status says that processes are followed by group and marker",
          "[system][control]") {
  if (skipped()) return;
  Container box;
  box.file("/etc/my_init.yaml", "cgroups: false\n").actor("web", kObedient);
  box.actor("job", "exit:0", "type: oneshot\n").start();
  box.wait_event("web ready");
  CHECK(svctl(box, {"wait", "--for", "completed", "job"}).code == 0);
  const auto status = svctl(box, {"status"});
  CHECK(status.output.ends_with("\nprocesses are followed by: process group and marker\n"));
  CHECK_FALSE(has(svctl(box, {"status", "job"}).output, "followed by"));
  const auto json = svctl(box, {"status", "--json"}).output;
  CHECK(has(json, R"("followed_by":"process group and marker")"));
  CHECK(has(json, R"("cpu_us":-1)"));
}

}  // namespace my_init::test
