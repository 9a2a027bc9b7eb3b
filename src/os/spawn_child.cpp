#include "spawn_child.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "kernel_call.hpp"

// Everything goes through kernel_call(): the library's wrappers write errno, which is the parent's
// where the child shares its memory; those of setresuid and the like signal threads that the child
// does not have. This file is compiled without sanitizers, exceptions and stack protector
// (CMakeLists.txt).

namespace my_init::os {

#if !defined(__x86_64__) && !defined(__aarch64__)
long kernel_call_raw(long number, long a, long b, long c, long d, long e) noexcept {
  const long result = ::syscall(number, a, b, c, d, e);
  return result < 0 ? -errno : result;
}
#endif

namespace {

constexpr int kFirstFreeFd = 3;
constexpr uid_t kNoChange = static_cast<uid_t>(-1);

class Child {
 public:
  Child(const SpawnPlan& plan, const ChildValues& values) noexcept
      : plan_(plan), values_(values), pipe_(values.failure_pipe) {}

  [[noreturn]] void run() noexcept {
    lead_session();
    if (plan_.oom_score_adj.has_value()) set_oom_score();
    if (plan_.nice.has_value())
      check(kernel_call(SYS_setpriority, PRIO_PROCESS, 0, values_.nice), SpawnStep::nice);
    clear_targets();
    set_standard_streams();
    set_passed();
    set_limits();
    if (plan_.capabilities.has_value()) drop_bounding_capabilities();
    if (plan_.change_identity || plan_.set_groups) set_groups();
    if (plan_.change_identity) set_identity();
    if (plan_.capabilities.has_value()) set_capabilities();
    if (plan_.umask.has_value()) kernel_call(SYS_umask, values_.umask);
    if (plan_.working_directory != nullptr)
      check(kernel_call(SYS_chdir, plan_.working_directory), SpawnStep::working_directory);
    if (plan_.no_new_privileges)
      check(kernel_call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL),
            SpawnStep::no_new_privileges);
    close_others();
    if (plan_.listen_pid != nullptr) write_pid(plan_.listen_pid);
    unblock_signals();
    exec();
  }

 private:
  [[noreturn]] void fail(SpawnStep step, int number,
                         std::uint32_t item = SpawnFailure::kNoItem) noexcept {
    SpawnFailure failure;
    failure.step = step;
    failure.number = number;
    failure.item = item;
    kernel_call(SYS_write, pipe_, &failure, sizeof failure);
    for (;;) kernel_call(SYS_exit_group, 127);
  }

  long check(long result, SpawnStep step, std::uint32_t item = SpawnFailure::kNoItem) noexcept {
    if (result < 0) fail(step, static_cast<int>(-result), item);
    return result;
  }

  void lead_session() noexcept {
    switch (plan_.session) {
      case SpawnSession::own_session:
        check(kernel_call(SYS_setsid), SpawnStep::session);
        return;
      case SpawnSession::own_group:
        check(kernel_call(SYS_setpgid, 0, 0), SpawnStep::session);
        return;
      case SpawnSession::foreground_group: {
        check(kernel_call(SYS_setpgid, 0, 0), SpawnStep::session);
        // SIGTTOU is still blocked, so the terminal lets a background process do this.
        const int group = static_cast<int>(kernel_call(SYS_getpid));
        check(kernel_call(SYS_ioctl, plan_.terminal, TIOCSPGRP, &group), SpawnStep::terminal);
        return;
      }
    }
  }

  void set_oom_score() noexcept {
    const long fd =
        check(kernel_call(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC),
              SpawnStep::oom_score);
    check(kernel_call(SYS_write, fd, values_.oom_score_adj.data(), values_.oom_score_adj_size),
          SpawnStep::oom_score);
    kernel_call(SYS_close, fd);
  }

  void set_limits() noexcept {
    const ResourceLimit* const limits = plan_.limits.data();
    for (std::size_t i = 0; i < plan_.limits.size(); ++i) {
      const rlimit64 limit{limits[i].soft, limits[i].hard};
      check(kernel_call(SYS_prlimit64, 0, limits[i].resource, &limit), SpawnStep::limits,
            static_cast<std::uint32_t>(i));
    }
  }

  /// A copy above all numbers that anything is moved to, when `fd` is not above them itself.
  int moved_above(int fd, int lowest, SpawnStep step) noexcept {
    if (fd < 0 || fd >= lowest) return fd;
    return static_cast<int>(check(kernel_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, lowest), step));
  }

  /// What is to be passed, and our pipe, move out of the way of those that go to their numbers.
  void clear_targets() noexcept {
    const PassedFd* const passed = plan_.passed.data();
    const std::size_t count = plan_.passed.size();
    if (count > kMaxPassedFds) fail(SpawnStep::descriptors, EMFILE);
    const int lowest = count == 0 ? kFirstFreeFd : passed[count - 1].to + 1;
    pipe_ = moved_above(pipe_, lowest, SpawnStep::descriptors);
    for (std::size_t i = 0; i < count; ++i) {
      const bool stays = passed[i].from == passed[i].to;
      sources_[i] =
          stays ? passed[i].from : moved_above(passed[i].from, lowest, SpawnStep::descriptors);
    }
  }

  void set_standard_streams() noexcept {
    const int input = stream_source(plan_.standard_input, STDIN_FILENO);
    const int output = stream_source(plan_.standard_output, STDOUT_FILENO);
    const int error = stream_source(plan_.standard_error, STDERR_FILENO);
    set_fd(input, STDIN_FILENO, SpawnStep::standard_streams);
    set_fd(output, STDOUT_FILENO, SpawnStep::standard_streams);
    set_fd(error, STDERR_FILENO, SpawnStep::standard_streams);
  }

  /// A descriptor below 3 would be overwritten before it is used: it moves out of the way.
  int stream_source(int fd, int target) noexcept {
    return fd == target ? fd : moved_above(fd, kFirstFreeFd, SpawnStep::standard_streams);
  }

  void set_passed() noexcept {
    const PassedFd* const passed = plan_.passed.data();
    for (std::size_t i = 0; i < plan_.passed.size(); ++i)
      set_fd(sources_[i], passed[i].to, SpawnStep::descriptors);
  }

  void set_fd(int fd, int target, SpawnStep step) noexcept {
    if (fd < 0) return;
    // dup3 refuses equal numbers, and the close-on-exec flag would stay.
    const long result = fd == target ? kernel_call(SYS_fcntl, fd, F_SETFD, 0)
                                     : kernel_call(SYS_dup3, fd, target, 0);
    check(result, step);
  }

  /// A second net, as all of our descriptors are close-on-exec; kernels before 5.11 lack it.
  void close_others() noexcept {
    int first = kFirstFreeFd;
    const PassedFd* const passed = plan_.passed.data();
    for (std::size_t i = 0; i < plan_.passed.size(); ++i) {
      // Refused by the kernel where there is no gap.
      kernel_call(SYS_close_range, first, passed[i].to - 1, CLOSE_RANGE_CLOEXEC);
      first = passed[i].to + 1;
    }
    kernel_call(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC);
  }

  static void write_pid(char* text) noexcept {
    const long pid = kernel_call(SYS_getpid);
    std::size_t size = 1;
    for (long rest = pid; rest >= 10; rest /= 10) ++size;
    text[size] = '\0';
    for (long rest = pid; size > 0; rest /= 10) text[--size] = static_cast<char>('0' + rest % 10);
  }

  void drop_bounding_capabilities() noexcept {
    for (std::uint32_t bit = 0; bit < 64; ++bit)
      if ((values_.unwanted_bounding_capabilities >> bit & 1U) != 0)
        check(kernel_call(SYS_prctl, PR_CAPBSET_DROP, bit, 0UL, 0UL, 0UL), SpawnStep::bounding_set,
              bit);
  }

  void set_groups() noexcept {
    check(kernel_call(SYS_setgroups, plan_.groups.size(), plan_.groups.data()), SpawnStep::groups);
  }

  void set_identity() noexcept {
    // To the kernel this number means "stay who you are": the program would run as root.
    if (plan_.uid == kNoChange || plan_.gid == kNoChange) fail(SpawnStep::user, EINVAL);
    // Leaving uid 0 clears the permitted set, out of which set_capabilities() chooses.
    if (plan_.capabilities.has_value())
      check(kernel_call(SYS_prctl, PR_SET_KEEPCAPS, 1UL, 0UL, 0UL, 0UL), SpawnStep::capabilities);
    check(kernel_call(SYS_setresgid, plan_.gid, plan_.gid, plan_.gid), SpawnStep::groups);
    check(kernel_call(SYS_setresuid, plan_.uid, plan_.uid, plan_.uid), SpawnStep::user);
  }

  void set_capabilities() noexcept {
    const auto low = static_cast<std::uint32_t>(values_.capabilities);
    const auto high = static_cast<std::uint32_t>(values_.capabilities >> 32U);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const __user_cap_data_struct sets[2] = {{low, low, low}, {high, high, high}};
    const long result = kernel_call(SYS_capset, &header, &sets[0]);
    check(result, SpawnStep::capabilities, result < 0 ? first_lacking() : SpawnFailure::kNoItem);
    // Only the ambient set survives the exec of a program without file capabilities as another
    // user.
    for (std::uint32_t bit = 0; bit < 64; ++bit)
      if ((values_.capabilities >> bit & 1U) != 0)
        check(kernel_call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit, 0UL),
              SpawnStep::ambient_set, bit);
  }

  /// The first of the wanted capabilities that we do not hold ourselves.
  [[nodiscard]] std::uint32_t first_lacking() const noexcept {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2] = {};
    kernel_call(SYS_capget, &header, &sets[0]);
    const std::uint64_t held = std::uint64_t{sets[1].permitted} << 32U | sets[0].permitted;
    for (std::uint32_t bit = 0; bit < 64; ++bit)
      if (((values_.capabilities & ~held) >> bit & 1U) != 0) return bit;
    return SpawnFailure::kNoItem;
  }

  void unblock_signals() noexcept {
    const std::uint64_t nothing = 0;  // the kernel's sigset_t, not the library's
    check(kernel_call(SYS_rt_sigprocmask, SIG_SETMASK, &nothing, 0L, sizeof nothing),
          SpawnStep::exec);
  }

  /// Goes through the candidates as execvp(3) does, and as there a file that may not be executed is
  /// better news than one that does not exist. No shell for a file without "#!".
  [[noreturn]] void exec() noexcept {
    const char* const* candidates = plan_.candidates.data();
    int number = ENOENT;
    std::uint32_t reported = 0;
    for (std::uint32_t i = 0; candidates[i] != nullptr; ++i) {
      const long result =
          kernel_call(SYS_execve, candidates[i], plan_.arguments.data(), plan_.environment.data());
      const int why = static_cast<int>(-result);
      if (why != ENOENT && why != ENOTDIR && why != EACCES) fail(SpawnStep::exec, why, i);
      if (number == EACCES) continue;
      number = why;
      reported = i;
    }
    fail(SpawnStep::exec, number, reported);
  }

  const SpawnPlan& plan_;
  const ChildValues& values_;
  int pipe_;
  int sources_[kMaxPassedFds];  ///< of plan_.passed, set where there is one
};

}  // namespace

void run_child(const SpawnPlan& plan, const ChildValues& values) noexcept {
  Child(plan, values).run();
}

}  // namespace my_init::os
