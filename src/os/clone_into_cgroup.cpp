#include "clone_into_cgroup.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "my_init/base/unique_fd.hpp"

namespace my_init::os {

namespace {

UniqueFd open_cgroup(const char* directory) {
  return UniqueFd(::open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

clone_args into(const UniqueFd& cgroup) {
  clone_args arguments{};
  arguments.flags = CLONE_INTO_CGROUP;
  arguments.exit_signal = SIGCHLD;
  arguments.cgroup = static_cast<__u64>(cgroup.get());
  return arguments;
}

// clone3(2) returns in the child too, on its empty stack: from there it can only go on in assembly.
// The library's clone(2) does this, but takes no cgroup. The first frame has no caller (frame
// pointer 0), and the stack is aligned as before any call.

#if defined(__x86_64__)

long clone3_on_stack(const clone_args& arguments, int (*body)(void*), void* argument) {
  register auto* const r8 __asm__("r8") = body;
  register void* const r9 __asm__("r9") = argument;
  long result = SYS_clone3;
  __asm__ volatile(
      "syscall\n\t"
      "testq %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xorl %%ebp, %%ebp\n\t"
      "movq %%r9, %%rdi\n\t"
      "callq *%%r8\n\t"
      "ud2\n"
      "1:"
      : "+a"(result)
      : "D"(&arguments), "S"(sizeof arguments), "r"(r8), "r"(r9)
      : "rcx", "r11", "cc", "memory");
  return result;
}

#elif defined(__aarch64__)

long clone3_on_stack(const clone_args& arguments, int (*body)(void*), void* argument) {
  register long x8 __asm__("x8") = SYS_clone3;
  register long x0 __asm__("x0") = reinterpret_cast<long>(&arguments);
  register long x1 __asm__("x1") = sizeof arguments;
  register auto* const x9 __asm__("x9") = body;
  register void* const x10 __asm__("x10") = argument;
  __asm__ volatile(
      "svc 0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x30, xzr\n\t"
      "mov x0, x10\n\t"
      "blr x9\n\t"
      "brk #0\n"
      "1:"
      : "+r"(x0)
      : "r"(x8), "r"(x1), "r"(x9), "r"(x10)
      : "cc", "memory");
  return x0;
}

#else

long clone3_on_stack(const clone_args&, int (*)(void*), void*) {
  return -ENOSYS;
}

#endif

}  // namespace

pid_t fork_into_cgroup(const char* directory) {
  const UniqueFd cgroup = open_cgroup(directory);
  if (!cgroup) return -1;
  clone_args arguments = into(cgroup);
  // The library has no wrapper; what _Fork does beside the call concerns only its own threads.
  return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

pid_t clone_into_cgroup(const char* directory, const OnOwnStack& child) {
  const UniqueFd cgroup = open_cgroup(directory);
  if (!cgroup) return -1;
  clone_args arguments = into(cgroup);
  arguments.flags |= CLONE_VM;
  arguments.stack = reinterpret_cast<__u64>(child.stack);
  arguments.stack_size = child.size;
  const long result = clone3_on_stack(arguments, child.body, child.argument);
  if (result < 0) errno = static_cast<int>(-result);
  return result < 0 ? -1 : static_cast<pid_t>(result);
}

}  // namespace my_init::os
