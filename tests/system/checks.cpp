#include "checks.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "boot.hpp"
#include "box_cgroup.hpp"
#include "catch.hpp"

namespace my_init::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitizer = true;
#else
constexpr bool kSanitizer = false;
#endif

double slack() {
  const char* text = std::getenv("MY_INIT_TEST_SLACK");
  const double asked = text != nullptr ? std::strtod(text, nullptr) : 1.0;
  return kSanitizer ? std::max(asked, 4.0) : asked;
}

/// Nothing when a namespace can be made, else the reason.
const std::string& obstacle() {
  static const std::string found = [] {
    BootPlan plan;
    plan.command = {"/bin/true"};
    plan.standard_input = plan.standard_output = plan.standard_error = STDERR_FILENO;
    const auto booted = boot(plan);
    if (!booted) return booted.error().message;
    ::waitpid(booted->leader, nullptr, 0);
    return std::string{};
  }();
  return found;
}

bool skip(const std::string& why) {
  std::cerr << "skipped: " << Catch::getResultCapture().getCurrentTestName() << ": " << why << '\n';
  return true;
}

}  // namespace

Duration scaled(Duration limit) {
  return std::chrono::duration_cast<Duration>(limit * slack());
}

Duration within(Duration limit) {
  return scaled(limit + std::max<Duration>(100ms, limit / 10));
}

int loops(int wanted) {
  const char* text = std::getenv("MY_INIT_TEST_LOOPS");
  return text != nullptr ? static_cast<int>(std::strtol(text, nullptr, 10)) : wanted;
}

bool skipped() {
  return !obstacle().empty() && skip(obstacle());
}

bool skipped_without_root() {
  return skipped() || (::geteuid() != 0 && skip("needs root"));
}

bool skipped_with_sanitizer(const std::string& why) {
  return kSanitizer && skip("a sanitizer is in the way: " + why);
}

bool skipped_without_cgroups() {
  return skipped_without_root() ||
         (!BoxCgroup::make() && skip("no cgroup version 2 can be made here"));
}

bool skipped_without(const std::string& program) {
  return skipped() || (::access(program.c_str(), X_OK) != 0 && skip(program + " is not installed"));
}

}  // namespace my_init::test
