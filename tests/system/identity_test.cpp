#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <sstream>

#include "container.hpp"

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

Process process_of(const Container& box, int pid) {
  const auto process = box.process(pid);
  if (!process) FAIL("no process " << pid);
  return *process;
}

/// /proc/PID/status: the words after each key, joined by one blank.
std::map<std::string, std::string> facts_of(const Process& process) {
  std::map<std::string, std::string> facts;
  std::istringstream lines{proc_text(process.host_pid, "status")};
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    std::istringstream words{line.substr(colon + 1)};
    auto& all = facts[line.substr(0, colon)];
    for (std::string word; words >> word;) all += (all.empty() ? "" : " ") + word;
  }
  return facts;
}

std::string link_of(const Process& process, const std::string& name) {
  return fs::read_symlink("/proc/" + std::to_string(process.host_pid) + '/' + name).string();
}

bool has_variable(const Process& process, const std::string& line) {
  const std::string all = '\0' + proc_text(process.host_pid, "environ");
  return has(all, '\0' + line + '\0');
}

constexpr auto kNone = "0000000000000000";

}  // namespace

TEST_CASE("E5 a service without a user has our ids and a clean start", "[system][E5]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:ready until:never").start();
  const auto web = process_of(box, box.wait_event("web ready").pid);
  REQUIRE(box.eventually(5s, [&] { return facts_of(web)["State"].starts_with('S'); }));
  auto facts = facts_of(web);
  CHECK(facts["Uid"] == facts_of(process_of(box, 1))["Uid"]);
  CHECK(facts["Gid"] == facts_of(process_of(box, 1))["Gid"]);
  for (const auto* set : {"SigBlk", "SigIgn", "SigCgt"}) {
    CAPTURE(set);
    CHECK(facts[set] == kNone);
  }
  CHECK(facts["Umask"] == "0022");
  CHECK(link_of(web, "cwd") == "/");
  std::vector<std::string> descriptors;
  for (const auto& entry :
       fs::directory_iterator{"/proc/" + std::to_string(web.host_pid) + "/fd"}) {
    descriptors.push_back(entry.path().filename());
  }
  std::ranges::sort(descriptors);
  // 3 is the actor's own, for its events.
  CHECK(descriptors == std::vector<std::string>{"0", "1", "2", "3"});
  CHECK(link_of(web, "fd/3").ends_with("/scratch/events"));
}

TEST_CASE("E5 the standard input of a service is at its end", "[system][E5]") {
  if (skipped()) return;
  Container box;
  box.service("reader", "type: oneshot\ncommand: [/bin/cat]\n").start();
  CHECK(box.wait_exit().code == 0);
  CHECK(has(box.errors(), "*** reader completed\n"));
}

TEST_CASE("E6 a user by numbers gives exactly those ids and groups", "[system][E6]") {
  if (skipped_without_root()) return;
  Container box;
  // The machine's root may have more groups: they must not go along.
  box.file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
      .variable("HOME", "/root")
      .variable("USER", "root")
      .actor("web", "say:ready until:never", "user: \"1000:1000\"\ngroup_add: [2000]\n")
      .through({"/usr/bin/setpriv", "--groups", "0,4,27"})
      .start();
  const auto web = process_of(box, box.wait_event("web ready").pid);
  auto facts = facts_of(web);
  CHECK(facts["Uid"] == "1000 1000 1000 1000");
  CHECK(facts["Gid"] == "1000 1000 1000 1000");
  CHECK((facts["Groups"] == "2000" || facts["Groups"] == "1000 2000"));
  CHECK(facts["CapEff"] == kNone);
  CHECK(facts["CapPrm"] == kNone);
  CHECK(has_variable(web, "HOME=/"));
  CHECK(!has(proc_text(web.host_pid, "environ"), "root"));
}

TEST_CASE("E6 a service whose user cannot be had never runs as root", "[system][E6]") {
  if (skipped_without_root()) return;
  Container box;
  box.actor("bad", "say:ran exit:0",
            "user: \"1000:1000\"\nrestart_limit: {count: 2, window: 10s}\n"
            "restart_backoff: {initial: 1ms}\n")
      .actor("web", kObedient)
      .through({"/usr/bin/setpriv", "--bounding-set", "-setuid,-setgid"})
      .start();
  box.wait_event("web ready");
  box.wait_output("*** bad has failed for good (exit code 126)\n");
  CHECK(has(box.errors(), "*** cannot start 'bad': "));
  CHECK(has(box.errors(), ": operation not permitted\n"));
  CHECK(box.count("bad ran") == 0);
}

TEST_CASE("E7 a service of user 1000 may bind port 80 with that one capability", "[system][E7]") {
  if (skipped_without_root()) return;
  const std::string words = "bind:80 say:ready until:never";
  const std::string user = "user: \"1000:1000\"\n";
  Container box;
  // A network of its own: nothing else is at that port.
  box.actor("web", words,
            user + "cap_drop: [ALL]\ncap_add: [NET_BIND_SERVICE]\nno_new_privileges: true\n")
      .actor("plain", words, user)
      .actor("bare", words, "cap_drop: [ALL]\n")
      .through({"/usr/bin/unshare", "--net"})
      .start();
  auto web = facts_of(process_of(box, box.wait_event("web ready").pid));
  auto plain = facts_of(process_of(box, box.wait_event("plain ready").pid));
  auto bare = facts_of(process_of(box, box.wait_event("bare ready").pid));
  CHECK(box.count("web bound") == 1);
  CHECK(box.count("plain refused") == 1);
  CHECK(box.count("bare refused") == 1);
  CHECK(web["Uid"] == "1000 1000 1000 1000");
  CHECK(web["CapEff"] == "0000000000000400");
  CHECK(web["CapBnd"] == "0000000000000400");
  CHECK(web["NoNewPrivs"] == "1");
  CHECK(plain["NoNewPrivs"] == "0");
  CHECK(bare["CapEff"] == kNone);
}

TEST_CASE("E8 an ordinary user with a read-only root boots and stops right", "[system][E8]") {
  if (skipped_without_root()) return;
  Container box;
  box.actor("web", kObedient)
      .script("/etc/my_init.d/10_first", "exec " + box.actor_line("script", "say:ran"))
      .through({"/bin/sh", "-c",
                "mount -o remount,bind,ro /etc && mount -o remount,bind,ro /run && "
                "exec setpriv --reuid 12345 --regid 0 --clear-groups --no-new-privs "
                "--bounding-set -all --inh-caps -all \"$@\"",
                "sh"})
      .start();
  const auto web = process_of(box, box.wait_event("web ready").pid);
  auto facts = facts_of(web);
  CHECK(facts["Uid"] == "12345 12345 12345 12345");
  CHECK(facts["CapBnd"] == kNone);
  CHECK(box.count("script ran") == 1);
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(300ms));
  CHECK(box.count("web bye") == 1);
}

TEST_CASE("E9 with as many descriptors as there can be 50 services start within 1 s",
          "[system][E9]") {
  if (skipped()) return;
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  const auto most = std::to_string(limit.rlim_max);
  Container box;
  for (int i = 0; i < 50; ++i) box.actor("s" + std::to_string(i), "say:ready until:never");
  box.through({"/usr/bin/prlimit", "--nofile=" + most + ':' + most}).start();
  for (int i = 0; i < 50; ++i) {
    const auto ready = box.wait_event("s" + std::to_string(i) + " ready");
    CHECK(ready.at - box.exec_at() < scaled(1s));
  }
}

TEST_CASE("E10 a service of user 1000 may open /dev/stdout and /dev/stderr", "[system][E10]") {
  if (skipped_without_root()) return;
  for (const std::string driver : {"inherit", "container"}) {
    CAPTURE(driver);
    Container box;
    box.service(
           "web",
           "type: oneshot\nuser: \"1000:1000\"\nlogging: {driver: " + driver +
               "}\n"
               "command: [/bin/sh, -c, 'echo to-out >/dev/stdout; echo to-err >/dev/stderr']\n")
        .start();
    CHECK(box.wait_exit().code == 0);
    const std::string prefix = driver == "inherit" ? "" : "web | ";
    CHECK(box.output() == prefix + "to-out\n");
    CHECK(has(box.errors(), prefix + "to-err\n"));
  }
}

}  // namespace my_init::test
