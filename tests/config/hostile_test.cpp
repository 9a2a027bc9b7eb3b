#include <fmt/format.h>

#include <string>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init::config;

// Whole files of one kind of malice; tests/fuzz has the mutations.

TEST_CASE("aliases that multiply are refused", "[config][hostile]") {
  const DefinitionTree tree;
  std::string text = "x-0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    text += fmt::format("x-{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n",
                        i, i - 1);
  }
  tree.write("web.yaml", text + "command: x\n");
  const Loaded loaded = tree.load();
  REQUIRE(loaded.diagnostics.size() == 1);
  CHECK(loaded.diagnostics[0].message ==
        "the aliases of this file stand for more than 100000 values");
}

TEST_CASE("deep nesting is refused, by hand and by aliases", "[config][hostile]") {
  const DefinitionTree tree;
  tree.write("web.yaml",
             "command: x\nx-deep: " + std::string(150, '[') + std::string(150, ']') + "\n");
  CHECK(tree.load().diagnostics.at(0).message == "nested deeper than 100 levels");
  tree.write("web.yaml", "command: x\nx-deep: " + std::string(100'000, '[') + "\n");
  CHECK_FALSE(tree.load().ok());
  std::string text = "command: x\nx-0: &a0 [x]\n";
  for (int i = 1; i < 5000; ++i) text += fmt::format("x-{0}: &a{0} [*a{1}]\n", i, i - 1);
  tree.write("web.yaml", text);
  CHECK(tree.load().diagnostics.at(0).message == "nested deeper than 100 levels");
}

TEST_CASE("a file of nothing but errors is answered with a bounded list", "[config][hostile]") {
  const DefinitionTree tree;
  std::string text = "command: x\n";
  for (int i = 0; i < 50'000; ++i) text += fmt::format("restrat{}: x\n", i);
  tree.write("web.yaml", text);
  CHECK(tree.load().diagnostics.size() == 1000);
}

TEST_CASE("a large map with a repeated key is still read in time", "[config][hostile]") {
  const DefinitionTree tree;
  std::string text = "command: x\nenvironment:\n";
  for (int i = 0; i < 40'000; ++i) text += fmt::format("  V{}: x\n", i);
  tree.write("web.yaml", text + "  V7: y\n");
  CHECK(tree.diagnostics() ==
        "web.yaml:40003:3: error: repeated key 'V7' (first in line 10)\n"
        "    V7: y\n"
        "    ^\n");
}
