#include <string>
#include <vector>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init::config;

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

Variables environment_of(const DefinitionTree& tree) {
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 1);
  return loaded.services[0].execution.environment;
}

Variables environment_of(std::string_view text) {
  return loaded_service("command: x\n" + std::string(text)).execution.environment;
}

}  // namespace

TEST_CASE("variables are taken as they are written", "[config][environment]") {
  CHECK(environment_of("environment: {A: 010, B: true, C: yes, D: \"\", E: 1.50, F.G-H: x}\n") ==
        Variables{
            {"A", "010"}, {"B", "true"}, {"C", "yes"}, {"D", ""}, {"E", "1.50"}, {"F.G-H", "x"}});
  CHECK(environment_of("environment: [A=b=c, \"D=\", 'E= f']\n") ==
        Variables{{"A", "b=c"}, {"D", ""}, {"E", " f"}});
}

TEST_CASE("a variable without value takes the container's", "[config][environment]") {
  CHECK(environment_of("environment: {HOME: , NOT_SET: ~, EMPTY: null}\n") ==
        Variables{{"HOME", "/root"}, {"EMPTY", ""}});
  CHECK(environment_of("environment: [HOME, NOT_SET]\n") == Variables{{"HOME", "/root"}});
}

TEST_CASE("the last assignment of a variable wins", "[config][environment]") {
  CHECK(environment_of("environment: [A=1, B=2, A=3]\n") == Variables{{"B", "2"}, {"A", "3"}});
}

TEST_CASE("environment comes after all env_files", "[config][environment]") {
  const DefinitionTree tree;
  tree.write("web.yaml",
             "command: x\n"
             "env_file: [one.env, {path: ./two.env}, {path: /nonexistent, required: false}]\n"
             "environment: {C: environment}\n");
  tree.write("one.env", "A=one\nB=one\nC=one\n");
  tree.write("two.env", "B=two\nC=two\n");
  CHECK(environment_of(tree) == Variables{{"A", "one"}, {"B", "two"}, {"C", "environment"}});
}

TEST_CASE("an env_file has comments, quotes, exports and variables", "[config][environment]") {
  const DefinitionTree tree;
  tree.write("web.yaml", "command: x\nenv_file: web.env\n");
  tree.write("web.env",
             "# a comment\n"
             "\n"
             "  PLAIN = a b  # comment\n"
             "HASH=a#b\n"
             "export EXPORTED=yes\n"
             "COLON: value\n"
             "SINGLE='$HOME \\n # no'   # comment\n"
             "DOUBLE=\"$HOME\\n\\\"q\\\" \\$x\"\r\n"
             "LINES=\"one\n"
             "two\"\n"
             "EMPTY_TEXT=\n"
             "EARLIER=${HASH}/${NONE:-default}\n"
             "HOME\n"
             "NOT_SET\n"
             "LAST=1");
  CHECK(environment_of(tree) == Variables{{"PLAIN", "a b"},
                                          {"HASH", "a#b"},
                                          {"EXPORTED", "yes"},
                                          {"COLON", "value"},
                                          {"SINGLE", "$HOME \\n # no"},
                                          {"DOUBLE", "/root\n\"q\" $x"},
                                          {"LINES", "one\ntwo"},
                                          {"EMPTY_TEXT", ""},
                                          {"EARLIER", "a#b/default"},
                                          {"HOME", "/root"},
                                          {"LAST", "1"}});
}

TEST_CASE("an env_file that many services share complains once", "[config][environment]") {
  const DefinitionTree tree;
  tree.write("a.yaml", "command: a\nenv_file: shared.env\n");
  tree.write("b.yaml", "command: b\nenv_file: shared.env\n");
  tree.write("shared.env", "A=$NOT_SET\n");
  CHECK(tree.diagnostics() ==
        "shared.env:1: warning: variable 'NOT_SET' is not set: taken as empty\n  A=$NOT_SET\n");
}

TEST_CASE("inherit_environment may be all, nothing or names", "[config][environment]") {
  const auto inherited = [](std::string_view text) {
    return loaded_service("command: x\n" + std::string(text)).execution.inherit_environment;
  };
  CHECK(inherited("") == InheritEnvironment{true, {}});
  CHECK(inherited("inherit_environment: true\n") == InheritEnvironment{true, {}});
  CHECK(inherited("inherit_environment: false\n") == InheritEnvironment{false, {}});
  CHECK(inherited("inherit_environment: [A, B*]\n") == InheritEnvironment{false, {"A", "B*"}});
}
