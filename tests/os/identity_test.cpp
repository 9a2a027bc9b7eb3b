#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "catch.hpp"
#include "fixture.hpp"
#include "my_init/os/capability.hpp"

namespace my_init::os {

namespace {

constexpr std::uint64_t kChown = 1U;
constexpr std::uint64_t kNetBindService = 1U << 10U;
constexpr std::uint64_t kUnknownToKernels = std::uint64_t{1} << 63U;

std::string status_lines(const char* pattern, SpawnPlan settings) {
  Family family;
  Pipe pipe;
  Command command({"/bin/grep", "-E", pattern, "/proc/self/status"});
  settings.arguments = command.plan.arguments;
  settings.environment = command.plan.environment;
  settings.candidates = command.plan.candidates;
  settings.standard_output = pipe.write_end.get();
  family.spawn(settings);
  const std::optional<SpawnFailure> failure = family.failure();
  std::string text = read_all(pipe);
  static_cast<void>(family.exit());
  return failure ? "failed to " + describe(*failure, settings) : text;
}

bool may_change_users() {
  return ::getuid() == 0 && (bounding_capabilities() & 0x1c0U) == 0x1c0U;
}

}  // namespace

TEST_CASE("a child runs as exactly the ids and groups of the plan", "[os][spawn]") {
  if (!may_change_users()) return;
  const std::array<gid_t, 2> groups{2000, 2001};
  SpawnPlan plan;
  plan.change_identity = true;
  plan.uid = 1000;
  plan.gid = 1001;
  plan.groups = groups;
  CHECK(status_lines("^(Uid|Gid|Groups|CapEff|CapPrm)", plan) ==
        "Uid:\t1000\t1000\t1000\t1000\nGid:\t1001\t1001\t1001\t1001\nGroups:\t2000 2001 \n"
        "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n");
  plan.groups = {};
  CHECK(status_lines("^Groups", plan) == "Groups:\t \n");
}

TEST_CASE("a child that may not change its user never runs the program", "[os][spawn]") {
  if (!may_change_users()) return;
  SpawnPlan plan;
  plan.change_identity = true;
  plan.uid = static_cast<uid_t>(-1);  // setresuid takes it for "no change" and stays root
  plan.gid = 1001;
  plan.working_directory = "/";
  CHECK(status_lines("^Uid", plan) == "failed to change user");
}

TEST_CASE("another user gets exactly the capabilities that the plan requires", "[os][spawn]") {
  if (!may_change_users()) return;
  SpawnPlan plan;
  plan.change_identity = true;
  plan.uid = 1000;
  plan.gid = 1000;
  plan.capabilities = plan.required_capabilities = kNetBindService;
  plan.no_new_privileges = true;
  CHECK(status_lines("^(Cap|NoNewPrivs)", plan) ==
        "CapInh:\t0000000000000400\nCapPrm:\t0000000000000400\nCapEff:\t0000000000000400\n"
        "CapBnd:\t0000000000000400\nCapAmb:\t0000000000000400\nNoNewPrivs:\t1\n");
}

TEST_CASE("another user gets no capability because it was not dropped", "[os][spawn]") {
  if (!may_change_users()) return;
  SpawnPlan plan;
  plan.change_identity = true;
  plan.uid = 1000;
  plan.gid = 1000;
  plan.capabilities = kNetBindService | kChown;
  plan.required_capabilities = kChown;
  CHECK(status_lines("^Cap(Prm|Eff|Bnd|Amb)", plan) ==
        "CapPrm:\t0000000000000001\nCapEff:\t0000000000000001\nCapBnd:\t0000000000000401\n"
        "CapAmb:\t0000000000000001\n");
}

TEST_CASE("a capability that is not dropped need not be there", "[os][spawn]") {
  if (!may_change_users()) return;
  SpawnPlan plan;
  plan.capabilities = kNetBindService | kUnknownToKernels;
  CHECK(status_lines("^Cap(Prm|Bnd)", plan) ==
        "CapPrm:\t0000000000000400\nCapBnd:\t0000000000000400\n");
}

TEST_CASE("a required capability that no kernel knows is named", "[os][spawn]") {
  SpawnPlan plan;
  plan.capabilities = plan.required_capabilities = kUnknownToKernels;
  if (may_change_users()) CHECK(status_lines("^Cap", plan) == "failed to pass on capability 63");
}

TEST_CASE("root gets no more than the capabilities of the plan", "[os][spawn]") {
  if (!may_change_users()) return;
  SpawnPlan plan;
  plan.capabilities = kNetBindService;
  CHECK(status_lines("^Cap(Prm|Eff|Bnd)", plan) ==
        "CapPrm:\t0000000000000400\nCapEff:\t0000000000000400\nCapBnd:\t0000000000000400\n");
}

TEST_CASE("the working directory is entered as the user of the child", "[os][spawn]") {
  if (!may_change_users()) return;
  SpawnPlan plan;
  plan.change_identity = true;
  plan.uid = 1000;
  plan.gid = 1000;
  plan.working_directory = "/root";
  if (::access("/root", X_OK) == 0)
    CHECK(status_lines("^Uid", plan) == "failed to change to working directory");
}

}  // namespace my_init::os
