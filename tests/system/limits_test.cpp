#include <algorithm>
#include <csignal>
#include <sstream>

#include "container.hpp"

namespace my_init::test {
namespace {

std::string text_of(const Container& box, const Event& event, const std::string& file) {
  return proc_text(box.process(event.pid).value_or(Process{}).host_pid, file);
}

/// The soft and the hard limit as /proc/PID/limits shows them, with one blank between.
std::string limit_of(const std::string& limits, const std::string& name) {
  const auto begin = limits.find(name);
  if (begin == std::string::npos) return {};
  std::istringstream rest{limits.substr(begin + name.size())};
  std::string soft;
  std::string hard;
  rest >> soft >> hard;
  return soft + ' ' + hard;
}

/// The nineteenth word of /proc/PID/stat, proc(5); an actor's name has no blanks.
int nice_of(const std::string& stat) {
  std::istringstream words{stat};
  std::string word;
  for (int i = 0; i < 19; ++i) words >> word;
  return std::stoi(word);
}

/// Who is started as `keys` say through `command`, must be told about in exactly this line; another
/// service runs.
void check_refused(const Words& command, const std::string& keys, const std::string& why) {
  const auto line = "*** cannot start 'web': " + why + '\n';
  CAPTURE(keys, line);
  Container box;
  box.actor("web", "say:ran serve", "restart: \"no\"\n" + keys)
      .actor("other", kObedient)
      .through(command)
      .start();
  box.wait_event("other ready");
  box.wait_output("*** web has failed for good (exit code 126)\n");
  CHECK(has(box.errors(), line));
  CHECK(box.errors().find("cannot start") == box.errors().rfind("cannot start"));
  CHECK(box.count("web ran") == 0);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("other bye") == 1);
}

const Words kNoBounds{"/usr/bin/setpriv", "--bounding-set", "-sys_resource,-sys_nice,-net_admin"};

constexpr auto kPipesOfUbsan = "UBSan makes a pipe to see whether memory can be read";

}  // namespace

TEST_CASE("limits of a service are set for it alone", "[system][limits]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient,
            "ulimits: {nofile: 100, core: {soft: 0, hard: 4096}, stack: {soft: 1048576, hard: "
            "unlimited}}\n"
            "nice: 5\noom_score_adj: 300\n")
      .actor("other", kObedient)
      .start();
  const auto web = box.wait_event("web ready");
  const auto other = box.wait_event("other ready");
  const auto limits = text_of(box, web, "limits");
  CHECK(limit_of(limits, "Max open files") == "100 100");
  CHECK(limit_of(limits, "Max core file size") == "0 4096");
  CHECK(limit_of(limits, "Max stack size") == "1048576 unlimited");
  const auto mine = proc_text(box.program(), "limits");
  CHECK(limit_of(text_of(box, other, "limits"), "Max open files") ==
        limit_of(mine, "Max open files"));
  CHECK(nice_of(text_of(box, web, "stat")) == nice_of(text_of(box, other, "stat")) + 5);
  CHECK(text_of(box, web, "oom_score_adj") == "300\n");
  CHECK(text_of(box, other, "oom_score_adj") == proc_text(box.program(), "oom_score_adj"));
}

TEST_CASE("limits are set with our rights and not with those of the service's user",
          "[system][limits]") {
  if (skipped_without_root()) return;
  Container box;
  box.actor("web", kObedient, "user: \"1000:1000\"\nnice: -5\nulimits: {nofile: 150}\n").start();
  const auto web = box.wait_event("web ready");
  CHECK(limit_of(text_of(box, web, "limits"), "Max open files") == "150 150");
  CHECK(nice_of(text_of(box, web, "stat")) == -5);
}

TEST_CASE("limits that the container may not set fail the start with one line",
          "[system][limits]") {
  if (skipped_without_root()) return;
  Words command = kNoBounds;
  command.insert(command.end(), {"/usr/bin/prlimit", "--nofile=200:200"});
  check_refused(command, "ulimits: {nofile: 300}\n", "set nofile to 300: operation not permitted");
  check_refused(kNoBounds, "nice: -5\n", "set nice value: permission denied");
  check_refused(kNoBounds, "oom_score_adj: -999\n", "set oom_score_adj: permission denied");
}

TEST_CASE("a capability that the container does not have fails the start with one line",
          "[system][limits]") {
  if (skipped_without_root()) return;
  const std::string why =
      "keep capability NET_ADMIN, which the container lacks: operation not permitted";
  check_refused(kNoBounds, "cap_add: [NET_ADMIN]\n", why);
  check_refused(kNoBounds, "cap_drop: [ALL]\ncap_add: [NET_ADMIN]\n", why);
  check_refused(kNoBounds, "user: \"1000:1000\"\ncap_add: [NET_ADMIN]\n", why);
}

TEST_CASE("a capability is dropped where the container does not have all", "[system][limits]") {
  if (skipped_without_root()) return;
  Container box;
  box.actor("web", kObedient, "cap_drop: [CHOWN]\n")
      .actor("other", kObedient)
      .actor("app", kObedient, "cap_drop: [CHOWN]\nuser: \"1000:1000\"\n")
      .through(kNoBounds)
      .start();
  const auto held = [&box](const std::string& name) {
    const auto status = text_of(box, box.wait_event(name + " ready"), "status");
    const std::string key = "CapEff:\t";
    return std::stoull(status.substr(status.find(key) + key.size()), nullptr, 16);
  };
  CHECK(held("web") == (held("other") & ~1ULL));
  CHECK(held("app") == 0);
}

TEST_CASE("F2 with few descriptors services start, or a line says why, and all stop",
          "[system][limits][F2]") {
  if (skipped() || skipped_with_sanitizer(kPipesOfUbsan)) return;
  const std::string inherit = "logging: {driver: inherit}\n";
  for (const auto& [most, keys] : {std::pair{"20", inherit}, {"32", ""}, {"64", ""}}) {
    CAPTURE(most);
    Container box;
    const int count = 40;
    for (int i = 0; i < count; ++i) {
      box.actor(
          "s" + std::to_string(i), "say:ready until:never",
          keys + "restart_backoff: {initial: 10ms, factor: 1}\nready: {fd: 3, timeout: 60s}\n");
    }
    box.through({"/usr/bin/prlimit", std::string{"--nofile="} + most + ':' + most}).start();
    box.wait_event("s0 ready");
    box.wait_output("too many open files");
    CHECK(box.running());
    box.signal(SIGTERM);
    const auto end = box.wait_exit();
    CHECK(end.code == 0);
    CHECK(end.took < within(1s));
  }
}

TEST_CASE("F2 with no descriptor for a service's output a line says so, and all stop",
          "[system][limits][F2]") {
  if (skipped() || skipped_with_sanitizer(kPipesOfUbsan)) return;
  Container box;
  box.actor("web", kObedient, "restart_backoff: {initial: 10ms, factor: 1}\n")
      .through({"/usr/bin/prlimit", "--nofile=18:18"})
      .start();
  box.wait_output("*** cannot start 'web': cannot make a pipe for output: too many open files\n");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("many services that start at once need few descriptors at a time", "[system][limits]") {
  if (skipped()) return;
  Container box;
  for (int i = 0; i < 150; ++i)
    box.actor("s" + std::to_string(i), "say:ready until:never", "logging: {driver: inherit}\n");
  box.through({"/usr/bin/prlimit", "--nofile=100:100"}).start();
  for (int i = 0; i < 150; ++i) box.wait_event("s" + std::to_string(i) + " ready");
  CHECK(!has(box.errors(), "too many open files"));
}

}  // namespace my_init::test
