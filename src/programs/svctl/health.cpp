#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"
#include "connection.hpp"
#include "goal.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

/// Started and ready, or done, or not meant to run.
bool is_up(const protocol::ServiceStatus& service) {
  return service.state == "running" || service.state == "completed" ||
         service.state == "disabled" || service.state == "stopped" ||
         (service.state == "waiting" && !service.next.empty());
}

}  // namespace

/// For HEALTHCHECK and probes. live: my_init answers and does not shut down. ready: every service
/// is up. healthy: ready, and every check passes.
void health(const Common& common, HealthQuestion question) {
  Connection connection(common, protocol::request::Status{});
  const auto answer = connection.get<protocol::answer::Services>();
  const std::string& stage = answer.container.stage;
  const bool is_running = stage == "running";
  const bool is_live = is_running || stage == "startup" || stage == "loading";
  if (question == HealthQuestion::live) {
    if (!is_live) throw Stop{Outcome::failed, fmt::format("shutting down ({})", stage)};
    print("live\n");
    return;
  }
  if (!is_running) throw Stop{Outcome::failed, fmt::format("not ready: {}", stage)};
  std::string complaints;
  for (const protocol::ServiceStatus& service : answer.services) {
    const bool is_sick = question == HealthQuestion::healthy &&
                         (service.health == "unhealthy" || service.health == "starting");
    if (is_up(service) && !is_sick) continue;
    complaints += complaints.empty() ? "" : "\n       ";
    complaints += sentence_about(service);
    if (is_up(service)) complaints += fmt::format(" ({})", service.health);
  }
  const char* const word = question == HealthQuestion::ready ? "ready" : "healthy";
  if (!complaints.empty()) throw Stop{Outcome::failed, fmt::format("not {}: {}", word, complaints)};
  print(fmt::format("{}\n", word));
}

}  // namespace my_init::svctl
