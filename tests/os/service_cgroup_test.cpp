#include "my_init/os/service_cgroup.hpp"

#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>

#include "../../src/os/cgroup_paths.hpp"
#include "catch.hpp"
#include "fixture.hpp"

namespace my_init::os {

namespace {

/// A cgroup for one test case, where we may make some.
class Group {
 public:
  Group() {
    static_cast<void>(cgroups_->remove(name));
    directory = cgroups_->prepare(name).value();
  }
  ~Group() {
    cgroups_->kill(name);
    static_cast<void>(cgroups_->remove(name));
  }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  const ServiceCgroups* operator->() const { return &*cgroups_; }

  const std::string name = "test." + std::to_string(::getpid());
  std::string directory;

 private:
  std::optional<ServiceCgroups> cgroups_ = ServiceCgroups::find();
};

bool is_skipped(const char* test_case) {
  if (ServiceCgroups::find()) return false;
  WARN("skipped, no writable cgroup version 2: " << test_case);
  return true;
}

bool wait_for_event(const CgroupEvents& events) {
  pollfd polled{events.fd(), POLLPRI, 0};
  return ::poll(&polled, 1, 60'000) == 1 && (polled.revents & POLLPRI) != 0;
}

/// A shell that says "ready" and its descendant's pid on `pipe`, while that one left its session.
Command escaping(Pipe& pipe, const Group& group) {
  Command command = Command::shell("setsid sh -c 'echo $$; exec sleep 1000' & wait");
  command.plan.standard_output = pipe.write_end.get();
  command.plan.cgroup = group.directory.c_str();
  return command;
}

/// As most containers have it: clone3(2) is refused as if the kernel had none.
bool forbid_clone3() {
  std::array filter{
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

TEST_CASE("our cgroup is found in every mount that shows it", "[os][cgroup]") {
  using Paths = std::vector<std::string>;
  const std::string hybrid =
      "31 1 0:30 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
      "32 31 0:31 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n"
      "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 master:2 - cgroup2 cgroup2 rw\n";
  CHECK(cgroup_directories(hybrid, "") == Paths{"/sys/fs/cgroup/unified"});
  CHECK(cgroup_directories(hybrid, "/a/b") == Paths{"/sys/fs/cgroup/unified/a/b"});
  CHECK(cgroup_directories(hybrid, "/..").empty());
  const std::string bound =
      "1 2 0:3 /a /mnt/x\\040y rw - cgroup2 none rw\n"
      "4 2 0:3 /a/b /cg rw - cgroup2 none rw\n"
      "5 2 0:3 /aa /cg2 rw - cgroup2 none rw\n"
      "6 2 0:3 / /tmp rw - cgroup2\n7 broken\n\n - \n-";
  CHECK(cgroup_directories(bound, "/a/b") == Paths{"/mnt/x y/b", "/cg", "/tmp/a/b"});
  CHECK(cgroup_directories(bound, "/aab") == Paths{"/tmp/aab"});
}

TEST_CASE("our path is that of version 2", "[os][cgroup]") {
  CHECK(cgroup_path("0::/\n").empty());
  CHECK(cgroup_path("4:memory:/x\n0::/a/b\n1:cpu:/\n") == "/a/b");
  CHECK(cgroup_path("4:memory:/x\n") == "/..");
  CHECK(cgroup_path("0::\n") == "/..");
  CHECK(cgroup_path("") == "/..");
}

TEST_CASE("a child lives in the cgroup of its plan, we stay in ours", "[os][cgroup]") {
  if (is_skipped("a child lives in the cgroup of its plan")) return;
  const Group group;
  Command command({"/bin/grep", "^0::", "/proc/self/cgroup"});
  command.plan.cgroup = group.directory.c_str();
  const std::string text = output_of(command);
  CHECK(text.ends_with(fmt::format("/my_init.{}.{}\n", ::getpid(), group.name)));
  // Within another session, or as another user, too.
  command.plan.change_identity = ::getuid() == 0;
  command.plan.uid = command.plan.gid = 1000;
  CHECK(output_of(command) == text);
  std::ifstream ours("/proc/self/cgroup");
  const std::string all(std::istreambuf_iterator<char>(ours), {});
  CHECK(all.find("my_init.") == std::string::npos);
}

TEST_CASE("a start into a cgroup that cannot be had fails and nothing runs", "[os][cgroup]") {
  for (const auto& [directory, number] :
       {std::pair{"/no/such/cgroup", ENOENT}, std::pair{"/usr", EBADF}}) {
    for (const bool as_other : {false, true}) {
      Family family;
      Command command = Command::shell("exit 0");
      command.plan.cgroup = directory;
      command.plan.change_identity = as_other;
      command.plan.uid = command.plan.gid = 1000;
      const Result<Spawned> spawned = family.children.spawn(command.plan, RunId{1});
      REQUIRE_FALSE(spawned);
      CHECK(spawned.error().number == number);
      // The same run can be started elsewhere.
      command.plan.cgroup = nullptr;
      command.plan.change_identity = false;
      REQUIRE(family.children.spawn(command.plan, RunId{1}));
      CHECK(family.exit().status == ExitStatus::exited(0));
    }
  }
}

TEST_CASE("many children at once live in cgroups of their own", "[os][cgroup]") {
  if (is_skipped("many children at once live in cgroups of their own")) return;
  const Group group;
  constexpr std::size_t kMany = 100;
  std::vector<std::string> directories;
  Family family;
  std::vector<Command> commands;  // as they are until the exec
  for (std::size_t i = 0; i < kMany; ++i) {
    directories.push_back(fmt::format("{}/{}", group.directory, i));
    std::filesystem::create_directory(directories.back());
    commands.push_back(Command::shell(fmt::format("grep -q '^0::.*/{}$' /proc/self/cgroup", i)));
  }
  for (std::size_t i = 0; i < kMany; ++i) {
    commands[i].plan.cgroup = directories[i].c_str();
    family.spawn(commands[i]);
  }
  for (const ChildExit& exit : family.exits(kMany)) CHECK(exit.status == ExitStatus::exited(0));
}

TEST_CASE("a start into a cgroup fails where clone3 is forbidden", "[os][cgroup]") {
  if (is_skipped("a start into a cgroup fails where clone3 is forbidden")) return;
  const Group group;
  Command command = Command::shell("exit 0");
  command.plan.cgroup = group.directory.c_str();
  // The filter stays for ever, so in a process of its own.
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (!forbid_clone3()) ::_exit(2);
    Family family;
    const Result<Spawned> spawned = family.children.spawn(command.plan, RunId{1});
    ::_exit(!spawned && spawned.error().number == ENOSYS ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  CHECK(status == 0);
}

TEST_CASE("the end of all that a service started is told", "[os][cgroup]") {
  if (is_skipped("the end of all that a service started is told")) return;
  const Group group;
  CHECK_FALSE(group->watch_populated(group.name));
  CHECK_FALSE(group->is_populated(group.name));
  Family family;
  Pipe pipe;
  family.spawn(escaping(pipe, group));
  const std::string escaped = read_line(pipe.read_end.get());
  CHECK(group->service_of(std::stoi(escaped)) == group.name);
  CHECK(group->service_of(::getpid()).empty());
  std::optional<CgroupEvents> watched = group->watch_populated(group.name);
  REQUIRE(watched);
  CgroupEvents& events = *watched;
  CHECK(group->kill(group.name));
  static_cast<void>(family.exit());
  while (events.take_populated()) REQUIRE(wait_for_event(events));
  CHECK(read_all(pipe).empty());  // the one that escaped from the session is gone, too
  CHECK_FALSE(group->kill(group.name));
  CHECK(group->remove(group.name));
  CHECK_FALSE(events.take_populated());
}

TEST_CASE("a signal reaches those in a cgroup and below it", "[os][cgroup]") {
  if (is_skipped("a signal reaches those in a cgroup and below it")) return;
  const Group group;
  const std::string below = group.directory + "/a/b";
  std::filesystem::create_directories(below);
  Family family;
  Pipe first;
  Pipe second;
  family.spawn(escaping(first, group));
  CHECK_FALSE(read_line(first.read_end.get()).empty());
  Command command = escaping(second, group);
  command.plan.cgroup = below.c_str();
  family.spawn(command);
  CHECK_FALSE(read_line(second.read_end.get()).empty());
  CHECK(group->remove(group.name).error().number == EBUSY);
  CHECK(group->signal_all(group.name, SIGTERM));
  for (const ChildExit& exit : family.exits(2)) CHECK(exit.status == ExitStatus::signaled(SIGTERM));
  CHECK(read_all(first).empty());
  CHECK(read_all(second).empty());
  std::optional<CgroupEvents> events = group->watch_populated(group.name);
  while (events && events->take_populated()) REQUIRE(wait_for_event(*events));
  CHECK_FALSE(group->signal_all(group.name, SIGTERM));
  CHECK(group->remove(group.name));
  CHECK_FALSE(std::filesystem::exists(group.directory));
}

TEST_CASE("a cgroup tells what it has used", "[os][cgroup]") {
  if (is_skipped("a cgroup tells what it has used")) return;
  const Group group;
  Command command = Command::shell("i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); done");
  command.plan.cgroup = group.directory.c_str();
  CHECK(output_of(std::move(command)).empty());
  const CgroupUsage usage = group->usage(group.name);
  REQUIRE(usage.cpu_time);
  CHECK(*usage.cpu_time > Duration::zero());
  const bool has_memory = std::filesystem::exists(group.directory + "/memory.current");
  CHECK(usage.memory.has_value() == has_memory);
}

TEST_CASE("a cgroup that is not there is empty and no error to remove", "[os][cgroup]") {
  if (is_skipped("a cgroup that is not there is empty and no error to remove")) return;
  const Group group;
  CHECK(group->remove(group.name));
  CHECK(group->remove(group.name));
  CHECK_FALSE(group->is_populated(group.name));
  CHECK_FALSE(group->kill(group.name));
  CHECK_FALSE(group->signal_all(group.name, SIGTERM));
  CHECK_FALSE(group->usage(group.name).cpu_time);
  CHECK_FALSE(group->usage(group.name).memory);
  CHECK_FALSE(group->watch_populated(group.name));
  CHECK(group->prepare(group.name).value() == group.directory);
  CHECK(group->prepare(group.name).value() == group.directory);
}

TEST_CASE("the cgroups of all services are removed at once, but for those in use", "[os][cgroup]") {
  if (is_skipped("the cgroups of all services are removed at once")) return;
  const Group group;
  const std::string other = group->prepare(group.name + ".other").value();
  std::filesystem::create_directory(other + "/below");
  Family family;
  Pipe pipe;
  family.spawn(escaping(pipe, group));
  CHECK_FALSE(read_line(pipe.read_end.get()).empty());
  group->remove_all();
  CHECK_FALSE(std::filesystem::exists(other));
  CHECK(std::filesystem::exists(group.directory));
  CHECK(group->kill(group.name));
  static_cast<void>(family.exit());
  CHECK(read_all(pipe).empty());
}

}  // namespace my_init::os
