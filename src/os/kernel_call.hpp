#pragma once

#include <sys/syscall.h>

#include <type_traits>

namespace my_init::os {

/// Whether kernel_call() touches nothing but registers. Then it may be made by a child that shares
/// our memory: errno is a variable of the thread that forked.
#if defined(__x86_64__) || defined(__aarch64__)
inline constexpr bool kKernelCallsAreBare = true;
#else
inline constexpr bool kKernelCallsAreBare = false;
#endif

#if defined(__x86_64__)

/// One system call by its SYS_ number: its result, or the negative errno (syscall(2), "Architecture
/// calling conventions").
inline long kernel_call_raw(long number, long a, long b, long c, long d, long e) noexcept {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  long result = number;
  __asm__ volatile("syscall"
                   : "+a"(result)
                   : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}

#elif defined(__aarch64__)

inline long kernel_call_raw(long number, long a, long b, long c, long d, long e) noexcept {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}

#else

long kernel_call_raw(long number, long a, long b, long c, long d, long e) noexcept;

#endif

/// A register's worth: a number, or an address.
template <class Argument>
[[nodiscard]] inline long kernel_argument(Argument argument) noexcept {
  if constexpr (std::is_pointer_v<Argument>) {
    return reinterpret_cast<long>(argument);
  } else {
    return static_cast<long>(argument);
  }
}

template <class A = long, class B = long, class C = long, class D = long, class E = long>
inline long kernel_call(long number, A a = {}, B b = {}, C c = {}, D d = {}, E e = {}) noexcept {
  return kernel_call_raw(number, kernel_argument(a), kernel_argument(b), kernel_argument(c),
                         kernel_argument(d), kernel_argument(e));
}

}  // namespace my_init::os
