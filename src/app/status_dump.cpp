#include "my_init/app/status_dump.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "my_init/base/time.hpp"
#include "my_init/protocol/status_words.hpp"

namespace my_init::app {
namespace {

std::string line_of(const protocol::ServiceStatus& service) {
  std::string line = fmt::format("{}: {}", service.name, service.state);
  if (service.health != core::health_name(core::Health::none)) line += ", " + service.health;
  if (service.pid > 0) line += fmt::format(", pid {}", service.pid);
  line += fmt::format(", restarts {}", service.restarts);
  if (!service.last_exit.empty() && service.last_exit != service.why)
    line += ", last " + service.last_exit;
  if (service.cpu_us >= 0) {
    // Nobody reads more digits.
    const auto cpu = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::microseconds(service.cpu_us));
    line += fmt::format(", cpu {}", format_duration(cpu));
  }
  if (service.memory >= 0) line += fmt::format(", memory {} KiB", service.memory / 1024);
  const std::string why = protocol::because(service);
  return why.empty() ? line : line + "; " + why;
}

}  // namespace

void dump_status(log::OwnLog& log, const Status& status) {
  const auto say = [&log](const std::string& line) { log.write(LogLevel::info, "status", line); };
  std::vector<protocol::ServiceStatus> services;
  services.reserve(status.size());
  for (std::uint32_t service = 0; service < status.size(); ++service)
    if (!status.is_removed(service)) services.push_back(status.of(service));
  if (!status.has_services()) {
    say("start-up goes on, the services are not read yet");
  } else if (services.empty()) {
    say("no services");
  }
  for (const protocol::ServiceStatus& service : services)
    log.write(LogLevel::info, "status", line_of(service), {{"service", service.name}});
  for (const protocol::StrayStatus& stray : status.strays())
    log.write(LogLevel::info, "stray", "stray: " + protocol::describe(stray));
  if (const std::string ways = protocol::ways_to_follow(services); !ways.empty())
    say("processes are followed by: " + ways);
  say("container: " + status.container().health);
}

}  // namespace my_init::app
