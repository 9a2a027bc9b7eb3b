#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "container.hpp"

namespace my_init::test {
namespace {

using Names = std::vector<std::string>;

/// Much less than the grace period of a service, which is 10 s unless it says more.
constexpr auto kNoGrace = 5s;

/// web, above db, whose daemon leaves its group, its session and its environment.
void add_daemon(Container& box, const std::string& words, const std::string& keys) {
  box.own_cgroup()
      .actor("db", kObedient)
      .actor(
          "web",
          "say:started fork:parent { setsid fork:daemon { bare " + words + " } } wait " + kObedient,
          "depends_on: [db]\n" + keys)
      .start();
  box.wait_event("db ready");
  box.wait_event("web ready");
  box.wait_event("daemon ready");
}

Names cgroups_of(const Container& box) {
  Names names = box.cgroup().below();
  std::ranges::sort(names);
  return names;
}

/// What the status says of the way that processes are followed; of the service "web" before it.
std::string way_to_follow(Container& box) {
  const std::string wanted = "*** processes are followed by: ";
  const auto from = box.errors().size();
  box.signal(SIGUSR2);
  box.wait_output("*** container: ", from);
  const auto begin = box.errors().find(wanted, from) + wanted.size();
  return box.errors().substr(begin, box.errors().find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("S3 in a cgroup a daemon without the marker is stopped with its service",
          "[system][cgroup][S3]") {
  if (skipped_without_cgroups()) return;
  SECTION("one that obeys") {
    Container box;
    add_daemon(box, kObedient, "");
    const auto daemon = box.wait_event("daemon ready");
    (void)box.status("web");
    box.wait_output(fmt::format("stray: {} (actor) of web\n", daemon.pid));
    box.signal(SIGTERM);
    const auto end = box.wait_exit();
    CHECK(end.code == 0);
    CHECK(end.took < kNoGrace);
    CHECK(box.count("daemon got-TERM") == 1);
    CHECK(box.wait_event("daemon bye").at > box.wait_event("web got-TERM").at);
    CHECK(box.wait_event("db got-TERM").at > box.wait_event("daemon bye").at);
    CHECK(cgroups_of(box).empty());
  }
  SECTION("one that ignores SIGTERM") {
    Container box;
    add_daemon(box, "on:TERM say:ready serve", "stop_grace_period: 500ms\n");
    box.signal(SIGTERM);
    const auto end = box.wait_exit();
    CHECK(end.code == 0);
    CHECK(end.took >= 500ms);
    CHECK(end.took < kNoGrace);
    CHECK(box.count("db bye") == 1);
    CHECK(cgroups_of(box).empty());
  }
}

TEST_CASE("S2 S3 in a cgroup all of the old run has ended before the new one starts",
          "[system][cgroup][S2][S3]") {
  if (skipped_without_cgroups()) return;
  Container box;
  add_daemon(box, "on:TERM=sleep:100,say:bye,exit:0 say:ready serve",
             "restart: always\nrestart_backoff: {initial: 0s, jitter: 0}\n");
  const auto web = box.wait_event("web started");
  ::kill(box.process(web.pid).value_or(Process{}).host_pid, SIGKILL);
  CHECK(box.wait_event("web started", 2).at > box.wait_event("daemon bye").at);
  box.wait_event("daemon ready", 2);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("daemon bye") == 2);
  CHECK(cgroups_of(box).empty());
}

TEST_CASE("S3 in a cgroup whoever forks on and on is killed at once", "[system][cgroup][S3]") {
  if (skipped_without_cgroups()) return;
  // Each shell leaves the session of the last one, ignores SIGTERM, and ends when the next is
  // there.
  Container box;
  box.own_cgroup()
      .file("/etc/again.sh", "trap '' TERM\nsetsid sh /etc/again.sh &\n")
      .service("web",
               "command: [sh, -c, 'sh /etc/again.sh; exec sleep 1000']\n"
               "stop_grace_period: 200ms\n")
      .start();
  box.wait_output("*** Started web");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < kNoGrace);
  CHECK(cgroups_of(box).empty());
}

TEST_CASE("each running service has a cgroup, and one that has ended has none",
          "[system][cgroup]") {
  if (skipped_without_cgroups()) return;
  Container box;
  box.own_cgroup()
      .actor("db", kObedient)
      .actor("once", "say:run until:go exit:0", "type: oneshot\n")
      .service("broken", "command: [/no/such/program]\nrestart: \"no\"\n")
      .actor("user", kObedient, "user: 1000:1000\n")
      .start();
  const auto db = box.wait_event("db ready");
  const auto user = box.wait_event("user ready");
  box.wait_event("once run");
  CHECK(box.cgroup().text("my_init.1.db/cgroup.procs") ==
        fmt::format("{}\n", box.process(db.pid).value_or(Process{}).host_pid));
  CHECK(box.cgroup().text("my_init.1.user/cgroup.procs") ==
        fmt::format("{}\n", box.process(user.pid).value_or(Process{}).host_pid));
  CHECK(box.cgroup().text("my_init.1.once/cgroup.events").starts_with("populated 1\n"));
  CHECK(box.cgroup().text("cgroup.procs") == fmt::format("{}\n", box.program()));
  box.open_gate("go");
  box.wait_output("*** once completed\n");
  const auto names = cgroups_of(box);
  CHECK(std::ranges::find(names, "my_init.1.once") == names.end());
  CHECK(way_to_follow(box) == "cgroup v2");
  const auto used = box.status("db");
  CHECK(has(used, "db: running, pid "));
  CHECK(has(used, ", cpu "));
  CHECK(!has(box.status("once"), ", cpu "));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(cgroups_of(box).empty());
}

TEST_CASE("E6 E7 in a cgroup a service is the user with the capabilities and limits that it says",
          "[system][cgroup][E6][E7]") {
  if (skipped_without_cgroups()) return;
  Container box;
  box.own_cgroup()
      .actor("web", kObedient,
             "user: 1234:1235\ngroup_add: [1236]\ncap_drop: [ALL]\ncap_add: [NET_BIND_SERVICE]\n"
             "no_new_privileges: true\nulimits: {nofile: 77}\noom_score_adj: 300\n")
      .start();
  const auto inside = box.process(box.wait_event("web ready").pid);
  REQUIRE(inside);
  const auto status = proc_text(inside->host_pid, "status");
  CHECK(has(status, "Uid:\t1234\t1234\t1234\t1234\n"));
  CHECK(has(status, "Gid:\t1235\t1235\t1235\t1235\n"));
  CHECK(has(status, "Groups:\t1236 \n"));
  CHECK(has(status, "CapEff:\t0000000000000400\n"));
  CHECK(has(status, "CapBnd:\t0000000000000400\n"));
  CHECK(has(status, "NoNewPrivs:\t1\n"));
  CHECK(has(proc_text(inside->host_pid, "oom_score_adj"), "300"));
  CHECK(has(proc_text(inside->host_pid, "cgroup"), "/my_init.1.web\n"));
  CHECK(proc_text(box.program(), "oom_score_adj") != "300\n");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("a daemon of type forking is found by its cgroup", "[system][cgroup][V19]") {
  if (skipped_without_cgroups()) return;
  Container box;
  box.own_cgroup()
      .actor("web", "fork:daemon { setsid bare say:begun " + std::string{kObedient} + " } exit:0",
             "type: forking\nready: {interval: 10ms}\n")
      .start();
  const auto daemon = box.wait_event("daemon ready");
  const auto running = fmt::format("web: running, pid {}", daemon.pid);
  CHECK(box.eventually(5s, [&] { return has(box.status("web"), running); }));
  const auto said = box.errors().size();
  CHECK(way_to_follow(box) == "cgroup v2");
  CHECK(!has(box.errors().substr(said), "stray"));
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < kNoGrace);
  CHECK(box.count("daemon bye") == 1);
  CHECK(has(box.errors(), fmt::format("*** Shutting down web (PID {})...\n", daemon.pid)));
}

TEST_CASE("without a writable cgroup of its own it follows processes by group and marker",
          "[system][cgroup]") {
  if (skipped_without_cgroups()) return;
  Container box;
  SECTION("read-only, as `docker run` has it") {
    box.own_cgroup(CgroupMount::read_only);
  }
  SECTION("that of a machine, where others live") {}
  SECTION("the file says so") {
    box.own_cgroup().file("/etc/my_init.yaml", "cgroups: false\n");
  }
  SECTION("one that may have none below it") {
    box.own_cgroup();
    box.cgroup().write("cgroup.max.descendants", "0");
  }
  box.actor("web", kObedient).start();
  box.wait_event("web ready");
  CHECK(way_to_follow(box) == "process group and marker");
  CHECK(!has(box.status("web"), ", cpu "));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(!has(box.errors(), "cgroup"));
}

TEST_CASE("where clone3 is forbidden the services start outside of cgroups, and one line says so",
          "[system][cgroup]") {
  if (skipped_without_cgroups()) return;
  Container box;
  box.own_cgroup().actor("web", kObedient).actor("db", kObedient, "user: 1000:1000\n");
  box.through(box.actor_argv("filter", "no-clone3 exec")).start();
  box.wait_event("web ready");
  box.wait_event("db ready");
  box.wait_output(
      "*** Services that start from now on are followed by process group and marker: cannot start "
      "'db' in its cgroup: function not implemented\n");
  CHECK(box.errors().find("in its cgroup") == box.errors().rfind("in its cgroup"));
  CHECK(way_to_follow(box) == "process group and marker");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("web bye") + box.count("db bye") == 2);
  CHECK(cgroups_of(box).empty());
}

TEST_CASE("trouble with cgroups is told once and the services start all the same",
          "[system][cgroup]") {
  if (skipped_without_cgroups()) return;
  Container box;
  box.own_cgroup();
  box.cgroup().write("cgroup.max.descendants", "1");
  for (const auto* name : {"a", "b", "c"}) {
    box.actor(name, "fork:daemon { setsid on:TERM=say:bye,exit:0 say:ready serve } " +
                        std::string{kObedient});
  }
  box.start();
  box.wait_event("daemon ready", 3);
  for (const auto* name : {"a ready", "b ready", "c ready"}) box.wait_event(name);
  box.wait_output(
      "*** Services that start from now on are followed by process group and marker: cannot make "
      "cgroup '/sys/fs/cgroup/my_init.1.b': resource temporarily unavailable\n");
  CHECK(box.errors().find("make cgroup") == box.errors().rfind("make cgroup"));
  CHECK(way_to_follow(box) == "cgroup v2 (1), process group and marker (2)");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < kNoGrace);
  CHECK(box.count("daemon bye") == 3);
  CHECK(cgroups_of(box).empty());
}

}  // namespace my_init::test
