#include "my_init/protocol/answer.hpp"

#include <string>

#include "catch.hpp"

namespace my_init::protocol {
namespace {

template <class T>
T decoded(const Answer& answer) {
  const std::string line = encode(answer);
  CHECK(line.find('\n') == line.size() - 1);
  const auto back = decode_answer(line);
  REQUIRE(back.has_value());
  REQUIRE(std::holds_alternative<T>(*back));
  return std::get<T>(*back);
}

}  // namespace

TEST_CASE("the state of services comes out as it went in", "[protocol]") {
  ServiceStatus web;
  web.name = "web";
  web.state = "backoff";
  web.pid = 17;
  web.run = std::uint64_t{1} << 60U;
  web.since_ms = 1500;
  web.why = "exited with status 1";
  ContainerStatus container;
  container.stage = "running";
  container.strays = {{23, "nginx", "web"}};
  const auto back = decoded<answer::Services>(answer::Services{container, {web}});
  CHECK(back.container == container);
  CHECK(back.services == std::vector<ServiceStatus>{web});
  const auto change = decoded<answer::Change>(answer::Change{container, web, "event", "sentence"});
  CHECK(change.service == web);
  CHECK(change.message == "sentence");
}

TEST_CASE("a failure, lines, variables and a plan come out as they went in", "[protocol]") {
  const auto failed = decoded<answer::Failed>(answer::Failed{Outcome::definitions, "no"});
  CHECK(failed.outcome == Outcome::definitions);
  CHECK(failed.message == "no");
  const auto lines = decoded<answer::Lines>(answer::Lines{{{7, "web", "stderr", "a\xff\n"}}});
  REQUIRE(lines.lines.size() == 1);
  CHECK(lines.lines[0].message == "a\xEF\xBF\xBD\n");
  const auto variables = decoded<answer::Variables>(answer::Variables{{{"A", "b", "container"}}});
  REQUIRE(variables.variables.size() == 1);
  CHECK(variables.variables[0].origin == "container");
  answer::Plan plan;
  plan.changes = {{"web", "added"}};
  plan.refused = true;
  const auto back = decoded<answer::Plan>(plan);
  CHECK(back.refused);
  REQUIRE(back.changes.size() == 1);
  CHECK(back.changes[0].change == "added");
}

TEST_CASE("a newer answer with more members is read, another kind is refused", "[protocol]") {
  const auto known = decode_answer(R"({"kind":"failed","outcome":4,"message":"x","more":[1]})");
  REQUIRE(known.has_value());
  CHECK(std::get<answer::Failed>(*known).message == "x");
  CHECK_FALSE(decode_answer(R"({"kind":"song"})").has_value());
  CHECK_FALSE(decode_answer("{").has_value());
  CHECK_FALSE(decode_answer(R"({"kind":"failed","message":[]})").has_value());
}

}  // namespace my_init::protocol
