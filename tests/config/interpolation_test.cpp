#include "my_init/config/interpolation.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init::config;

namespace {

Interpolated result_of(std::string_view text) {
  const Environment environment{{"A", "1"}, {"EMPTY", ""}, {"TEXT", "$A"}};
  return interpolate(text, [&](std::string_view name) { return value_of(environment, name); });
}

std::string text_of(std::string_view text) {
  const Interpolated result = result_of(text);
  CHECK_FALSE(result.error);
  return result.text;
}

std::string error_of(std::string_view text) {
  return result_of(text).error.value_or("none");
}

}  // namespace

TEST_CASE("variables are replaced by Compose's rules", "[config][interpolation]") {
  CHECK(text_of("") == "");
  CHECK(text_of("x$A-${A}y") == "x1-1y");
  CHECK(text_of("$$A $$$A") == "$A $1");
  CHECK(text_of("$TEXT") == "$A");
  CHECK(text_of("$A_B") == "");
  CHECK(text_of("${A:-d} ${B:-d} ${EMPTY:-d}") == "1 d d");
  CHECK(text_of("${A-d} ${B-d} ${EMPTY-d}") == "1 d ");
  CHECK(text_of("${A:+o} ${B:+o} ${EMPTY:+o}") == "o  ");
  CHECK(text_of("${A+o} ${B+o} ${EMPTY+o}") == "o  o");
  CHECK(text_of("${A:?m}${EMPTY?m}") == "1");
  CHECK(text_of("${B:-}") == "");
}

TEST_CASE("defaults may have variables with defaults", "[config][interpolation]") {
  CHECK(text_of("${B:-${C:-${A}}}") == "1");
  CHECK(text_of("${B:-{x}}") == "{x}");
  CHECK(text_of("${B:-a$$b}") == "a$b");
  CHECK(text_of("${A:-${B:?not looked at}}") == "1");
}

TEST_CASE("a plain variable that is not set is named", "[config][interpolation]") {
  const Interpolated result = result_of("$B ${C} ${D:-} $A");
  CHECK(result.text == "   1");
  CHECK(result.unset == std::vector<std::string>{"B", "C"});
}

TEST_CASE("a required variable fails with its message", "[config][interpolation]") {
  CHECK(error_of("${B:?set $A of it}") == "variable 'B' is not set: set 1 of it");
  CHECK(error_of("${EMPTY:?m}") == "variable 'EMPTY' is empty: m");
  CHECK(error_of("${B?}") == "variable 'B' is not set: it is required");
}

TEST_CASE("what looks like a variable but is none is an error", "[config][interpolation]") {
  CHECK(error_of("$") == "'$' is no variable: write '$$' for a dollar sign");
  CHECK(error_of("5$ each") == "'$ ' is no variable: write '$$' for a dollar sign");
  CHECK(error_of("$(date)") == "'$(' is no variable: write '$$' for a dollar sign");
  CHECK(error_of("${A") == "'${A' without its '}': write '$$' for a dollar sign");
  CHECK(error_of("${1}") == "'${1}' is no variable: write '$$' for a dollar sign");
  CHECK(error_of("${A:}") == "':' after the name of a variable: known are '}', :- - :? ? :+ and +");
  CHECK(error_of("${A B}") ==
        "' B' after the name of a variable: known are '}', :- - :? ? :+ and +");
}

TEST_CASE("variables are replaced in values of every kind, but not in keys",
          "[config][interpolation]") {
  const ServiceDefinition web = loaded_service(R"(
command: [web, "--port=${PORT}"]
enabled: "${WITH_WEB:-false}"
umask: ${UMASK:-0027}
success_exit_codes: ["${PORT}"]
environment: {$HOME: $HOME}
stop_grace_period: ${GRACE:-5}s
)");
  CHECK(web.execution.command == std::vector<std::string>{"web", "--port=80"});
  CHECK_FALSE(web.spec.enabled);
  CHECK(web.execution.umask == mode_t{027});
  CHECK(web.spec.success_exit_codes == std::vector<std::uint8_t>{80});
  CHECK(web.execution.environment[0] == std::pair<std::string, std::string>{"$HOME", "/root"});
  CHECK(web.spec.stop_grace_period == std::chrono::seconds{5});
}

TEST_CASE("a text with an alias is replaced once", "[config][interpolation]") {
  const ServiceDefinition web = loaded_service("command: [web, &x \"$$$$A\", *x]\n");
  CHECK(web.execution.command == std::vector<std::string>{"web", "$$A", "$$A"});
}
