#include "my_init/core/phase.hpp"

#include <set>
#include <string>

#include "catch.hpp"

using namespace my_init::core;

TEST_CASE("each phase has the word that an operator sees", "[core][phase]") {
  CHECK(phase_name(Phase::waiting) == "waiting");
  CHECK(phase_name(Phase::starting) == "starting");
  CHECK(phase_name(Phase::running) == "running");
  CHECK(phase_name(Phase::stopping) == "stopping");
  CHECK(phase_name(Phase::backoff) == "backoff");
  CHECK(phase_name(Phase::stopped) == "stopped");
  CHECK(phase_name(Phase::completed) == "completed");
  CHECK(phase_name(Phase::failed) == "failed");
  CHECK(phase_name(Phase::skipped) == "skipped");
  CHECK(phase_name(Phase::disabled) == "disabled");
}

TEST_CASE("a phase is live, at rest, or on its way", "[core][phase]") {
  for (const Phase phase : {Phase::starting, Phase::running, Phase::stopping}) {
    CHECK(is_live(phase));
    CHECK_FALSE(has_ended_for_good(phase));
  }
  for (const Phase phase : {Phase::completed, Phase::failed, Phase::skipped, Phase::disabled}) {
    CHECK_FALSE(is_live(phase));
    CHECK(has_ended_for_good(phase));
  }
  for (const Phase phase : {Phase::waiting, Phase::backoff, Phase::stopped}) {
    CHECK_FALSE(is_live(phase));
    CHECK_FALSE(has_ended_for_good(phase));
  }
}

TEST_CASE("each stage has a name of its own", "[core][phase]") {
  std::set<std::string> names;
  for (int stage = 0; stage <= static_cast<int>(Stage::finished); ++stage)
    names.insert(std::string(stage_name(static_cast<Stage>(stage))));
  CHECK(names.size() == 9);
  CHECK(names.contains("pre_shutdown"));
  CHECK_FALSE(names.contains("unknown"));
}
