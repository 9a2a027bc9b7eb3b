#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <limits>

#include "catch.hpp"
#include "fixture.hpp"
#include "my_init/os/capability.hpp"

namespace my_init::os {

namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

rlimit our_limit(int resource) {
  rlimit limit{};
  ::prlimit(0, static_cast<__rlimit_resource>(resource), nullptr, &limit);
  return limit;
}

int our_oom_score() {
  int score = 0;
  std::ifstream("/proc/self/oom_score_adj") >> score;
  return score;
}

std::optional<SpawnFailure> failure_of(const SpawnPlan& plan) {
  Family family;
  family.spawn(plan);
  const std::optional<SpawnFailure> failure = family.failure();
  static_cast<void>(family.exit());
  return failure;
}

}  // namespace

TEST_CASE("a child has the limits of its plan, and we keep ours", "[os][spawn]") {
  const rlimit files = our_limit(RLIMIT_NOFILE);
  const rlimit core = our_limit(RLIMIT_CORE);
  const std::array limits{ResourceLimit{RLIMIT_NOFILE, 60, 70}, ResourceLimit{RLIMIT_CORE, 0, 0}};
  Command command = Command::shell("ulimit -Sn; ulimit -Hn; ulimit -Sc; ulimit -Hc; ulimit -Hs");
  command.plan.limits = limits;
  CHECK(output_of(std::move(command)).starts_with("60\n70\n0\n0\n"));
  CHECK(our_limit(RLIMIT_NOFILE).rlim_cur == files.rlim_cur);
  CHECK(our_limit(RLIMIT_NOFILE).rlim_max == files.rlim_max);
  CHECK(our_limit(RLIMIT_CORE).rlim_max == core.rlim_max);
}

TEST_CASE("the maximum of the type is unlimited", "[os][spawn]") {
  if (our_limit(RLIMIT_DATA).rlim_max != RLIM_INFINITY) return;
  const std::array limits{ResourceLimit{RLIMIT_DATA, kUnlimited, kUnlimited}};
  Command command = Command::shell("ulimit -Hd");
  command.plan.limits = limits;
  CHECK(output_of(std::move(command)) == "unlimited\n");
}

TEST_CASE("a limit below the descriptors that we have open hinders no start", "[os][spawn]") {
  std::array<UniqueFd, 20> open;
  for (UniqueFd& fd : open) fd.reset(::dup(0));
  const std::array limits{ResourceLimit{RLIMIT_NOFILE, 10, 10}};
  Command command = Command::shell("ulimit -n");
  command.plan.limits = limits;
  CHECK(output_of(std::move(command)) == "10\n");
}

TEST_CASE("a limit that cannot be set is reported and nothing runs", "[os][spawn]") {
  const std::array limits{ResourceLimit{RLIMIT_CORE, 0, 0}, ResourceLimit{RLIMIT_NOFILE, 20, 10}};
  Command command = Command::shell("exit 0");
  command.plan.limits = limits;
  const std::optional<SpawnFailure> failure = failure_of(command.plan);
  REQUIRE(failure);
  CHECK(describe(*failure, command.plan) == "set nofile to 20:10");
  CHECK(failure->number == EINVAL);
}

TEST_CASE("a child has the nice value of its plan, and we keep ours", "[os][spawn]") {
  const int ours = ::getpriority(PRIO_PROCESS, 0);
  Command command({"/usr/bin/nice"});
  command.plan.nice = 19;
  CHECK(output_of(std::move(command)) == "19\n");
  CHECK(::getpriority(PRIO_PROCESS, 0) == ours);
}

TEST_CASE("a child has the OOM score of its plan, and we keep ours", "[os][spawn]") {
  const int ours = our_oom_score();
  for (const int score : {ours, 1000}) {
    Command command({"/bin/cat", "/proc/self/oom_score_adj"});
    command.plan.oom_score_adj = score;
    CHECK(output_of(std::move(command)) == std::to_string(score) + "\n");
    CHECK(our_oom_score() == ours);
  }
}

TEST_CASE("an OOM score out of range is reported and nothing runs", "[os][spawn]") {
  Command command = Command::shell("exit 0");
  command.plan.oom_score_adj = -1001;
  const std::optional<SpawnFailure> failure = failure_of(command.plan);
  REQUIRE(failure);
  CHECK(describe(*failure, command.plan) == "set oom_score_adj");
  CHECK(failure->number == EINVAL);
}

TEST_CASE("what another user may not raise is set before the change of user", "[os][spawn]") {
  constexpr std::uint64_t kNeeded = 1U << 6U | 1U << 7U | 1U << 23U;  // SETGID, SETUID, SYS_NICE
  if (::getuid() != 0 || (bounding_capabilities() & kNeeded) != kNeeded) return;
  const rlim_t files = our_limit(RLIMIT_NOFILE).rlim_max;
  const std::array limits{ResourceLimit{RLIMIT_NOFILE, files, files}};
  Command command = Command::shell("id -u; nice; ulimit -Sn");
  command.plan.change_identity = true;
  command.plan.uid = 1000;
  command.plan.gid = 1000;
  command.plan.nice = -1;
  command.plan.limits = limits;
  CHECK(output_of(std::move(command)) == "1000\n-1\n" + std::to_string(files) + "\n");
}

}  // namespace my_init::os
