#include "usage.hpp"

#include "catch.hpp"

namespace my_init::svctl {
namespace {

using namespace std::chrono_literals;

Processes three_processes() {
  return Processes({{7, 1, "web", 1s, 100}, {9, 8, "grep", 3s, 1}, {8, 7, "sh", 2s, 10}});
}

}  // namespace

TEST_CASE("a service uses what its main process and all below it use", "[svctl][usage]") {
  const Processes all = three_processes();
  protocol::ServiceStatus service;
  service.pid = 7;
  CHECK(usage_of(service, all).cpu == Duration(6s));
  CHECK(usage_of(service, all).memory == 111U);
  service.pid = 8;
  CHECK(usage_of(service, all).memory == 11U);
  CHECK(all.sum().resident == 111);
}

TEST_CASE("what its cgroup has counted is more than its processes", "[svctl][usage]") {
  protocol::ServiceStatus service;
  service.pid = 7;
  service.cpu_us = 9'000'000;
  CHECK(usage_of(service, three_processes()).cpu == Duration(9s));
  CHECK(usage_of(service, three_processes()).memory == 111U);
  service.memory = 4096;
  CHECK(usage_of(service, three_processes()).memory == 4096U);
  CHECK(usage_of(service, Processes({})).memory == 4096U);
}

TEST_CASE("without a process, or without /proc, nothing is known", "[svctl][usage]") {
  protocol::ServiceStatus service;
  CHECK_FALSE(usage_of(service, three_processes()).cpu);
  service.pid = 7;
  CHECK_FALSE(usage_of(service, Processes({})).memory);
}

TEST_CASE("processes that seem to be each other's parents are told once", "[svctl][usage]") {
  const Processes all({{7, 8, "a", 1s, 1}, {8, 7, "b", 1s, 1}});
  CHECK(all.family_of(7).size() == 2);
  CHECK(all.family_of(1).empty());
}

}  // namespace my_init::svctl
