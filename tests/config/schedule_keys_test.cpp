#include <string>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;
using namespace std::chrono_literals;

namespace {

ServiceDefinition with(std::string_view keys) {
  return loaded_service("command: x\ntype: oneshot\n" + std::string(keys));
}

}  // namespace

TEST_CASE("a schedule has five fields, a name or a period", "[config][schedule]") {
  CHECK_FALSE(with("").spec.scheduled);
  CHECK_FALSE(with("").execution.details->schedule);
  CHECK(with("schedule: \"*/5 * * * *\"\n").spec.scheduled);
  CHECK(with("schedule: \"*/5 * * * *\"\n").execution.details->schedule ==
        Schedule{"*/5 * * * *", {}, "UTC"});
  CHECK(with("schedule: \"@hourly\"\ntimezone: Europe/Berlin\n").execution.details->schedule ==
        Schedule{"@hourly", {}, "Europe/Berlin"});
  CHECK(with("schedule: {every: 90s}\n").execution.details->schedule == Schedule{"", 90s, "UTC"});
  CHECK(with("schedule: {every: 1s}\n").execution.details->schedule == Schedule{"", 1s, "UTC"});
}

TEST_CASE("a scheduled start may meet a run that is still at work", "[config][schedule]") {
  const auto overlap = [](std::string_view word) {
    return with("schedule: \"@daily\"\nschedule_overlap: " + std::string(word) + "\n")
        .spec.schedule_overlap;
  };
  CHECK(with("schedule: \"@daily\"\n").spec.schedule_overlap == core::Overlap::skip);
  CHECK(overlap("skip") == core::Overlap::skip);
  CHECK(overlap("queue") == core::Overlap::queue);
  CHECK(overlap("kill") == core::Overlap::kill);
}

TEST_CASE("a scheduled service may try again after a failure", "[config][schedule]") {
  const core::ServiceSpec job = with("schedule: \"@daily\"\nrestart: on-failure:3\n").spec;
  CHECK(job.scheduled);
  CHECK(job.restart == core::RestartPolicy{core::RestartMode::on_failure, 3});
}

TEST_CASE("the defaults of a schedule are for those services that have one",
          "[config][schedule][override]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml", "defaults: {timezone: Europe/Berlin, schedule_overlap: queue}\n");
  tree.write("a.yaml", "command: x\ntype: oneshot\nschedule: \"1 2 3 4 5\"\n");
  tree.write("a.override.yaml", "schedule: {every: 2m}\n");
  tree.write("b.yaml", "command: x\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 2);
  CHECK(loaded.services[0].execution.details->schedule == Schedule{"", 2min, "Europe/Berlin"});
  CHECK(loaded.services[0].spec.schedule_overlap == core::Overlap::queue);
  CHECK_FALSE(loaded.services[1].execution.details->schedule);
}
