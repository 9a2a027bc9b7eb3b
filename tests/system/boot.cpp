#include "boot.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <span>

namespace my_init::test {
namespace {

/// Pointers for execve(2), made before the clone: the child must not allocate.
class Pointers {
 public:
  explicit Pointers(Words words) : words_(std::move(words)) {
    for (auto& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  [[nodiscard]] char* const* get() const { return pointers_.data(); }

 private:
  Words words_;
  std::vector<char*> pointers_;
};

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{-1, -1};
  // Without a pipe the poll on -1 fails at once and says so.
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) return {};
  return {UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

/// What went wrong in the child.
struct Trouble {
  std::array<char, 64> step{};
  int number = 0;
};

/// Everything the child needs.
struct ChildPlan {
  const BootPlan& plan;
  const Pointers& command;
  const Pointers& environment;
  std::span<const Pointers> beside;
  bool user_namespace = false;
  int go = -1;       ///< readable when the user namespace has its maps
  int trouble = -1;  ///< close-on-exec
  int report = -1;
  int hold = -1;
};

/// clone(2) without the C library's work around fork: nothing here has threads of its own.
pid_t raw_fork(unsigned long flags) {
  return static_cast<pid_t>(::syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, 0));
}

[[noreturn]] void give_up(const ChildPlan& child, std::string_view step) {
  Trouble trouble{.step = {}, .number = errno};
  step.copy(trouble.step.data(), trouble.step.size() - 1);
  ::_exit(::write(child.trouble, &trouble, sizeof trouble) > 0 ? 126 : 125);
}

void mount_tree(const ChildPlan& child) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) {
    give_up(child, "make the mounts private");
  }
  for (const auto& bind : child.plan.binds) {
    if (::mount(bind.from.c_str(), bind.onto.c_str(), nullptr, MS_BIND | MS_REC, nullptr) < 0) {
      give_up(child, "mount over a directory");
    }
  }
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) < 0) {
    give_up(child, "mount /proc");
  }
  if (child.plan.cgroup_mount == CgroupMount::of_machine) return;
  const auto* const place = "/sys/fs/cgroup";
  if (::mount("cgroup", place, "cgroup2", 0, nullptr) < 0) give_up(child, "mount a cgroup");
  if (child.plan.cgroup_mount == CgroupMount::read_only &&
      ::mount(nullptr, place, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) < 0) {
    give_up(child, "make the cgroup read-only");
  }
}

/// Moves into the cgroup of the plan, which becomes the root of all that is seen inside.
void enter_cgroup(const ChildPlan& child) {
  if (child.plan.cgroup < 0) return;
  const int procs = ::openat(child.plan.cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  if (procs < 0 || ::write(procs, "0", 1) != 1 || ::unshare(CLONE_NEWCGROUP) < 0) {
    give_up(child, "enter a cgroup");
  }
}

void set_standard_streams(const ChildPlan& child) {
  const auto& plan = child.plan;
  if (plan.terminal && ::ioctl(plan.standard_input, TIOCSCTTY, 0) < 0) {
    give_up(child, "take the terminal");
  }
  if (::dup2(plan.standard_input, 0) < 0 || ::dup2(plan.standard_output, 1) < 0 ||
      ::dup2(plan.standard_error, 2) < 0) {
    give_up(child, "set standard streams");
  }
}

void reset_signals() {
  for (int signo = 1; signo < NSIG; ++signo) std::signal(signo, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Whatever we were started with stays ours: it counts against the limits of the program.
[[noreturn]] void execute(const ChildPlan& child, const Pointers& command) {
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execve(*command.get(), command.get(), child.environment.get());
  give_up(child, "execute the program");
}

/// PID 1 when the program is not: reaps, reports how the program ended, then waits for the test.
[[noreturn]] void be_other_init(const ChildPlan& child, pid_t program) {
  for (const int fd : {0, 1, 2, child.trouble, child.plan.standard_input,
                       child.plan.standard_output, child.plan.standard_error}) {
    ::close(fd);
  }
  if (::write(child.report, &program, sizeof program) < 0) ::_exit(124);
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(-1, &status, 0)) != program) {
    if (ended < 0 && errno == ECHILD) ::_exit(125);
  }
  if (::write(child.report, &status, sizeof status) < 0) ::_exit(124);
  char end = 0;
  ::_exit(::read(child.hold, &end, 1) < 0 ? 124 : 0);
}

[[noreturn]] void run_child(const ChildPlan& child) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  char go = 0;
  if (child.user_namespace && ::read(child.go, &go, 1) != 1) ::_exit(125);
  ::setsid();
  enter_cgroup(child);
  mount_tree(child);
  reset_signals();
  set_standard_streams(child);
  ::umask(022);
  if (::chdir("/") < 0) give_up(child, "go to /");
  for (const auto& command : child.beside) {
    if (raw_fork(0) == 0) execute(child, command);
  }
  if (child.plan.place == Place::child_of_other_init) {
    const auto program = raw_fork(0);
    if (program != 0) be_other_init(child, program);
  }
  execute(child, child.command);
}

void write_maps(pid_t pid) {
  const auto directory = "/proc/" + std::to_string(pid);
  std::ofstream{directory + "/setgroups"} << "deny";
  std::ofstream{directory + "/uid_map"} << "0 " << ::getuid() << " 1";
  std::ofstream{directory + "/gid_map"} << "0 " << ::getgid() << " 1";
}

}  // namespace

Result<Booted> boot(const BootPlan& plan) {
  const Pointers command{plan.command};
  const Pointers environment{plan.environment};
  const std::vector<Pointers> beside(plan.beside.begin(), plan.beside.end());
  auto [go_read, go_write] = make_pipe();
  auto [trouble_read, trouble_write] = make_pipe();
  auto [report_read, report_write] = make_pipe();
  auto [hold_read, hold_write] = make_pipe();
  const ChildPlan child{plan,
                        command,
                        environment,
                        beside,
                        ::geteuid() != 0,
                        go_read.get(),
                        trouble_write.get(),
                        report_write.get(),
                        hold_read.get()};
  const auto flags =
      CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | (child.user_namespace ? CLONE_NEWUSER : 0);
  const auto pid = raw_fork(static_cast<unsigned long>(flags));
  if (pid < 0) return system_failure("make namespaces", errno);
  if (pid == 0) {
    // Else it would keep itself alive.
    ::close(hold_write.get());
    run_child(child);
  }
  if (child.user_namespace) {
    write_maps(pid);
    if (::write(go_write.get(), "g", 1) != 1) return system_failure("start the namespace", errno);
  }
  trouble_write.reset();
  report_write.reset();
  Trouble trouble;
  if (::read(trouble_read.get(), &trouble, sizeof trouble) > 0) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return system_failure(trouble.step.data(), trouble.number);
  }
  Booted booted{.leader = pid,
                .program = 1,
                .exec_at = std::chrono::steady_clock::now(),
                .report = std::move(report_read),
                .hold = std::move(hold_write)};
  if (plan.place == Place::child_of_other_init &&
      ::read(booted.report.get(), &booted.program, sizeof booted.program) <= 0) {
    return system_failure("learn the number of the program", errno);
  }
  return booted;
}

pid_t enter(pid_t leader, const Words& command, const Words& environment) {
  const Pointers argv{command};
  const Pointers variables{environment};
  const auto pid = raw_fork(0);
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const UniqueFd target{static_cast<int>(::syscall(SYS_pidfd_open, leader, 0))};
  const int kinds =
      CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | (::geteuid() != 0 ? CLONE_NEWUSER : 0);
  if (::setns(target.get(), kinds) < 0) ::_exit(126);
  const auto inside = raw_fork(0);
  if (inside == 0) {
    ::setsid();
    reset_signals();
    ::execve(*argv.get(), argv.get(), variables.get());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(inside, &status, 0);
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

}  // namespace my_init::test
