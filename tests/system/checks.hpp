#pragma once

#include <string>

#include "my_init/base/time.hpp"

namespace my_init::test {

using namespace std::chrono_literals;

/// The words of an ordinary service: ready, then gone as soon as it is asked to.
constexpr auto kObedient = "on:TERM=say:bye,exit:0 say:ready serve";

[[nodiscard]] inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// `limit` times $MY_INIT_TEST_SLACK (1 unless set), for machines that others use at the same time;
/// at least four times in a build with a sanitizer, which is slow on purpose.
[[nodiscard]] Duration scaled(Duration limit);
/// A wall limit of BEHAVIOUR.md plus its tolerance (100 ms or 10 %), scaled.
[[nodiscard]] Duration within(Duration limit);
/// How often a race is tried: $MY_INIT_TEST_LOOPS, else `wanted`.
[[nodiscard]] int loops(int wanted = 200);
/// True, with a line that names the test and the reason, where no namespace can be made. Every test
/// begins with `if (skipped()) return;`.
[[nodiscard]] bool skipped();
/// The same, also where only one user can be had (an ordinary user's namespace).
[[nodiscard]] bool skipped_without_root();

/// True, with such a line, in a build with AddressSanitizer or ThreadSanitizer; `why` that is in
/// the way.
[[nodiscard]] bool skipped_with_sanitizer(const std::string& why);

/// The same, also where no cgroup (version 2) can be had for a container.
[[nodiscard]] bool skipped_without_cgroups();

/// True, with such a line, where the program (absolute path) is not installed.
[[nodiscard]] bool skipped_without(const std::string& program);

}  // namespace my_init::test
