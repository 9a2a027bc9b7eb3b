#include "health.hpp"

#include <fmt/format.h>

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

HealthVerdict judge_health(const protocol::answer::Services& answer, HealthQuestion question) {
  const std::string& stage = answer.container.stage;
  const bool is_running = stage == "running";
  if (question == HealthQuestion::live) {
    const bool is_live = is_running || stage == "startup" || stage == "loading";
    return {is_live, is_live ? "live" : fmt::format("shutting down ({})", stage)};
  }
  if (!is_running) return {false, fmt::format("not ready: {}", stage)};
  std::string complaints;
  for (const protocol::ServiceStatus& service : answer.services) {
    const bool is_sick = question == HealthQuestion::healthy &&
                         (service.health == "unhealthy" || service.health == "starting");
    if (is_up(service) && !is_sick) continue;
    complaints += complaints.empty() ? "" : "\n       ";
    complaints += sentence_about(service);
    if (is_up(service)) complaints += fmt::format(" (health: {})", service.health);
  }
  const char* const word = question == HealthQuestion::ready ? "ready" : "healthy";
  if (complaints.empty()) return {true, word};
  return {false, fmt::format("not {}: {}", word, complaints)};
}

/// For HEALTHCHECK and probes.
void health(const Common& common, HealthQuestion question) {
  Connection connection(common, protocol::request::Status{});
  const auto verdict = judge_health(connection.get<protocol::answer::Services>(), question);
  if (!verdict.is_good) throw Stop{Outcome::failed, verdict.text};
  print(verdict.text + '\n');
}

}  // namespace my_init::svctl
