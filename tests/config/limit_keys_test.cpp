#include <sys/resource.h>

#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init::config;

namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

ExecutionDetails with(std::string_view keys) {
  return *loaded_service("command: x\n" + std::string(keys)).execution.details;
}

}  // namespace

TEST_CASE("a resource has one bound or two", "[config][limit]") {
  CHECK(with("").ulimits.empty());
  CHECK(with("ulimits: {nofile: 65536, nproc: {soft: 100, hard: 200}, core: 0}\n").ulimits ==
        std::vector<ResourceLimit>{
            {RLIMIT_NOFILE, 65536, 65536}, {RLIMIT_NPROC, 100, 200}, {RLIMIT_CORE, 0, 0}});
  CHECK(with("ulimits: {memlock: -1, as: unlimited, stack: {soft: 010, hard: -1}}\n").ulimits ==
        std::vector<ResourceLimit>{{RLIMIT_MEMLOCK, kUnlimited, kUnlimited},
                                   {RLIMIT_AS, kUnlimited, kUnlimited},
                                   {RLIMIT_STACK, 10, kUnlimited}});
}

TEST_CASE("every limit of Compose is known", "[config][limit]") {
  CHECK(with("ulimits: {core: 1, cpu: 1, data: 1, fsize: 1, locks: 1, memlock: 1, msgqueue: 1, "
             "nice: 1, nofile: 1, nproc: 1, rss: 1, rtprio: 1, rttime: 1, sigpending: 1, "
             "stack: 1}\n")
            .ulimits.size() == 15);
}

TEST_CASE("niceness and the out-of-memory score may be negative", "[config][limit]") {
  CHECK_FALSE(with("").nice);
  CHECK_FALSE(with("").oom_score_adj);
  CHECK(with("nice: -20\n").nice == -20);
  CHECK(with("nice: 0\n").nice == 0);
  CHECK(with("oom_score_adj: 1000\n").oom_score_adj == 1000);
}

TEST_CASE("an override changes one limit", "[config][limit][override]") {
  const DefinitionTree tree;
  tree.write("my_init.yaml", "defaults: {ulimits: {core: 0}, nice: 5}\n");
  tree.write("web.yaml", "command: x\nulimits: {nofile: 100, nproc: {soft: 1, hard: 5}}\n");
  tree.write("web.override.yaml", "ulimits: {nofile: {soft: 1, hard: 2}, nproc: {soft: 3}}\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 1);
  CHECK(
      loaded.services[0].execution.details->ulimits ==
      std::vector<ResourceLimit>{{RLIMIT_CORE, 0, 0}, {RLIMIT_NOFILE, 1, 2}, {RLIMIT_NPROC, 3, 5}});
  CHECK(loaded.services[0].execution.details->nice == 5);
}
