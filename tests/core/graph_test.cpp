#include "my_init/core/graph.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>

#include "catch.hpp"
#include "world.hpp"

using namespace my_init;
using namespace my_init::core;
using namespace std::chrono_literals;

namespace {

std::vector<ServiceSpec> specs_of(std::initializer_list<Define> services) {
  std::vector<ServiceSpec> specs;
  for (const Define& one : services) specs.push_back(one.spec());
  return specs;
}

std::size_t place(const Graph& graph, std::uint32_t service) {
  return static_cast<std::size_t>(std::ranges::find(graph.order(), ServiceId{service}) -
                                  graph.order().begin());
}

std::string numbered(std::size_t layer, std::size_t index) {
  return "s" + std::to_string(layer) + "-" + std::to_string(index);
}

/// `layers` layers of `width` services, each needing all of the layer before.
std::vector<Define> lattice(std::size_t layers, std::size_t width) {
  std::vector<Define> services;
  for (std::size_t layer = 0; layer < layers; ++layer)
    for (std::size_t index = 0; index < width; ++index) {
      Define& one = services.emplace_back(numbered(layer, index));
      for (std::size_t below = 0; layer > 0 && below < width; ++below)
        one.needs(numbered(layer - 1, below));
    }
  return services;
}

/// What this process has had of the CPU: a busy machine does not make it more.
Duration cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

/// CPU time of a whole life, boot to finish, of the core alone.
Duration life(const std::vector<Define>& services) {
  std::vector<ServiceSpec> specs;
  for (const Define& one : services) specs.push_back(one.spec());
  const TimePoint now{};
  std::vector<Event> events{event::Booted{}};
  Supervisor supervisor(
      {.run_startup_files = false, .main_command = false, .kill_everyone = false});
  const Duration begin = cpu_time();
  bool asked = false;
  while (supervisor.snapshot().stage != Stage::finished) {
    if (events.empty()) {
      REQUIRE_FALSE(std::exchange(asked, true));
      events.emplace_back(event::ShutdownRequested{SIGTERM, 0});
    }
    for (const Event& event : std::exchange(events, {}))
      for (const Action& action : supervisor.handle(event, now)) {
        if (const auto* spawn = std::get_if<action::Spawn>(&action))
          events.emplace_back(event::Started{spawn->ref});
        if (const auto* signal = std::get_if<action::Signal>(&action);
            signal && signal->signo == 15)
          events.emplace_back(event::Exited{signal->ref, ExitStatus::signaled(15)});
        if (const auto* list = std::get_if<action::ListFiles>(&action))
          events.emplace_back(event::FilesListed{list->kind, 0});
        if (std::holds_alternative<action::LoadDefinitions>(action))
          events.emplace_back(event::DefinitionsLoaded{
              specs, {.run_startup_files = false, .kill_everyone = false}});
      }
  }
  return cpu_time() - begin;
}

}  // namespace

TEST_CASE("edges are found from both ends", "[core][graph]") {
  const Graph graph(specs_of({service("db"), service("web").needs("db").prefers("cache"),
                              service("cache").needs("db", Condition::completed)}));
  REQUIRE(graph.dependencies(ServiceId{1}).size() == 2);
  CHECK(graph.dependencies(ServiceId{1})[0].on == ServiceId{0});
  CHECK(graph.dependencies(ServiceId{1})[0].required);
  CHECK_FALSE(graph.dependencies(ServiceId{1})[1].required);
  CHECK(graph.dependencies(ServiceId{2})[0].condition == Condition::completed);
  CHECK(graph.dependencies(ServiceId{0}).empty());
  const auto dependents = graph.dependents(ServiceId{0});
  CHECK(std::vector(dependents.begin(), dependents.end()) ==
        std::vector{ServiceId{1}, ServiceId{2}});
}

TEST_CASE("the order puts each service after all that it depends on", "[core][graph]") {
  const Graph graph(specs_of({service("web").needs("app").needs("db"), service("app").needs("db"),
                              service("db"), service("other")}));
  REQUIRE(graph.order().size() == 4);
  CHECK(place(graph, 2) < place(graph, 1));
  CHECK(place(graph, 1) < place(graph, 0));
}

TEST_CASE("a name that does not exist is no edge", "[core][graph]") {
  const Graph graph(specs_of({service("web").needs("nobody")}));
  CHECK(graph.dependencies(ServiceId{0}).empty());
  CHECK(graph.order().size() == 1);
}

TEST_CASE("members of a cycle come last, each once", "[core][graph]") {
  const Graph graph(
      specs_of({service("a").needs("b"), service("b").needs("a"), service("c"), service("d")}));
  CHECK(graph.order().size() == 4);
  CHECK(place(graph, 2) < 2);
  CHECK(place(graph, 3) < 2);
}

TEST_CASE("a graph without services is empty", "[core][graph]") {
  CHECK(Graph().order().empty());
  CHECK(Graph(std::span<const ServiceSpec>()).order().empty());
}

TEST_CASE("V12 a chain of 2000 boots and stops in order", "[core][graph]") {
  CHECK(life(lattice(2000, 1)) < 1s);
}

TEST_CASE("V12 a diamond of 50 layers boots and stops", "[core][graph]") {
  CHECK(life(lattice(50, 2)) < 1s);
  CHECK(life(lattice(50, 10)) < 2s);
}

TEST_CASE("the time of a chain grows with its length, not with its square", "[core][graph]") {
  Duration once = 1h;
  Duration tenfold = 1h;
  for (int round = 0; round < 5; ++round) {  // the least of some: others use the machine, too
    once = std::min(once, life(lattice(500, 1)));
    tenfold = std::min(tenfold, life(lattice(5000, 1)));
  }
  CHECK(tenfold < 40 * once);
}
