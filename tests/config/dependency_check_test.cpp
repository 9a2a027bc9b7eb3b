#include <fmt/format.h>

#include <chrono>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init::config;

namespace {

double seconds_to_load(const DefinitionTree& tree, std::size_t services) {
  const auto begin = std::chrono::steady_clock::now();
  const Loaded loaded = tree.load();
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  CHECK(tree.rendered(loaded) == "");
  CHECK(loaded.services.size() == services);
  return time.count();
}

/// Generous where the compiler does not optimize or a sanitizer watches.
constexpr double kMostSeconds =
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    1;
#else
    10;
#endif

}  // namespace

TEST_CASE("V12: a chain of 2000 services loads in less than a second", "[config][graph]") {
  const DefinitionTree tree;
  constexpr int kLength = 2000;
  std::string text = "services:\n  s0: {command: x}\n";
  for (int i = 1; i < kLength; ++i) {
    text += fmt::format("  s{}: {{command: x, depends_on: [s{}]}}\n", i, i - 1);
  }
  tree.write("all.yaml", text);
  tree.write("my_init.yaml", "shutdown: {timeout: 20001s}\n");
  CHECK(seconds_to_load(tree, kLength) < kMostSeconds);
}

TEST_CASE("V12: a diamond of 50 layers loads in less than a second", "[config][graph]") {
  const DefinitionTree tree;
  std::string text = "services:\n  a0: {command: x}\n  b0: {command: x}\n";
  for (int i = 1; i < 50; ++i) {
    text += fmt::format("  a{0}: {{command: x, depends_on: [a{1}, b{1}]}}\n", i, i - 1);
    text += fmt::format("  b{0}: {{command: x, depends_on: [a{1}, b{1}]}}\n", i, i - 1);
  }
  tree.write("all.yaml", text);
  tree.write("my_init.yaml", "shutdown: {timeout: 501s}\n");
  CHECK(seconds_to_load(tree, 100) < kMostSeconds);
}

TEST_CASE("a cycle of 2000 services is one error with a readable row", "[config][graph]") {
  const DefinitionTree tree;
  std::string text = "services:\n";
  for (int i = 0; i < 2000; ++i) {
    text += fmt::format("  s{}: {{command: x, depends_on: [s{}]}}\n", i, (i + 1) % 2000);
  }
  tree.write("all.yaml", text);
  const Loaded loaded = tree.load();
  REQUIRE(loaded.diagnostics.size() == 1);
  CHECK(
      loaded.diagnostics[0].message ==
      "dependency cycle: s0 -> s1 -> s2 -> s3 -> s4 -> s5 -> s6 -> s7 -> s8 -> s9 -> s10 -> s11 -> "
      "s12 -> s13 -> s14 -> s15 -> s16 -> s17 -> s18 -> ... -> s1999 -> s0");
}

TEST_CASE("cycles that do not touch are each reported", "[config][graph]") {
  const DefinitionTree tree;
  tree.write("all.yaml",
             "services:\n"
             "  a: {command: x, depends_on: [b]}\n"
             "  b: {command: x, depends_on: [a]}\n"
             "  c: {command: x, depends_on: [d, a]}\n"
             "  d: {command: x, depends_on: [c]}\n");
  CHECK(tree.diagnostics() ==
        "all.yaml:3:32: error: dependency cycle: a -> b -> a\n"
        "    b: {command: x, depends_on: [a]}\n"
        "                                 ^\n"
        "all.yaml:5:32: error: dependency cycle: c -> d -> c\n"
        "    d: {command: x, depends_on: [c]}\n"
        "                                 ^\n");
}

TEST_CASE("the budget counts what must stop one after the other", "[config][graph]") {
  const DefinitionTree tree;
  tree.write("all.yaml",
             "services:\n"
             "  db: {command: x}\n"
             "  app: {command: x, depends_on: [db, setup], stop_grace_period: 2s}\n"
             "  setup: {command: x, type: oneshot, depends_on: [db]}\n"
             "  web: {command: x, type: forking, depends_on: [app], stop_grace_period: 1500ms}\n"
             "  other: {command: x, stop_grace_period: 13s}\n");
  tree.write("my_init.yaml", "shutdown: {timeout: 13.5s}\n");
  CHECK(tree.diagnostics() == "");
  tree.write("my_init.yaml", "shutdown: {timeout: 13499ms}\n");
  CHECK(tree.diagnostics() ==
        "my_init.yaml:1:21: warning: the stop may need 13.5s, more than the 13.499s that it has: "
        "web 1.5s, then app 2s, then db 10s\n"
        "  shutdown: {timeout: 13499ms}\n"
        "                      ^\n");
  tree.write("my_init.yaml", "shutdown: {timeout: 0s}\n");
  CHECK(tree.diagnostics() == "");
}
