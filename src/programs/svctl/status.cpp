#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"
#include "connection.hpp"
#include "terminal.hpp"
#include "usage.hpp"

namespace my_init::svctl {
namespace {

std::string because(const protocol::ServiceStatus& service) {
  std::string text = service.why;
  if (!service.next.empty()) text += (text.empty() ? "" : "; ") + service.next;
  if (!service.says.empty()) text += (text.empty() ? "" : "; ") + service.says;
  if (service.dropped_lines > 0)
    text += fmt::format("{}{} lines of output dropped", text.empty() ? "" : "; ",
                        service.dropped_lines);
  return text;
}

void add_row(Table& table, const protocol::ServiceStatus& service,
             const std::map<pid_t, ProcessUsage>& processes) {
  Duration cpu{};
  std::uint64_t memory = 0;
  if (service.pid > 0) {
    for (const ProcessUsage& process : family_of(service.pid, processes)) {
      cpu += process.cpu;
      memory += process.resident;
    }
  }
  const bool has_usage = service.pid > 0 && !processes.empty();
  const auto cpu_ms = std::chrono::duration_cast<std::chrono::milliseconds>(cpu).count();
  table.add({service.name, service.state, service.health == "none" ? "-" : service.health,
             short_time(service.since_ms), service.pid > 0 ? std::to_string(service.pid) : "-",
             std::to_string(service.restarts),
             has_usage ? fmt::format("{:.2f}s", static_cast<double>(cpu_ms) / 1000) : "-",
             has_usage ? short_size(memory) : "-", because(service)},
            {Colour::none, colour_of(service.state), colour_of(service.health)});
}

std::string text_of(const protocol::answer::Services& answer) {
  const std::map<pid_t, ProcessUsage> processes = all_processes();
  Table table({"NAME", "STATE", "HEALTH", "SINCE", "PID", "RESTARTS", "CPU", "MEMORY", "WHY"});
  for (const protocol::ServiceStatus& service : answer.services) add_row(table, service, processes);
  std::string text = answer.services.empty() ? "no services\n" : table.text();
  for (const protocol::StrayStatus& stray : answer.container.strays)
    text += fmt::format("stray process {} ({}){}\n", stray.pid, stray.command,
                        stray.service.empty() ? "" : " of " + stray.service);
  if (answer.container.stage != "running")
    text += fmt::format("the container is in stage {}\n", answer.container.stage);
  return text;
}

/// Home, and after the text nothing else on the screen.
void redraw(const protocol::answer::Services& answer) {
  print(fmt::format("\x1b[H\x1b[2J{}", text_of(answer)));
}

[[noreturn]] void watch_on(Connection& connection, protocol::answer::Services answer) {
  while (true) {
    redraw(answer);
    auto change = Connection::as<protocol::answer::Change>(connection.next_of_stream());
    answer.container = change.container;
    for (protocol::ServiceStatus& service : answer.services)
      if (service.name == change.service.name) service = change.service;
  }
}

}  // namespace

/// With names: Stop{not_running} unless each of them runs, as LSB has it.
void status(const Common& common, const std::vector<std::string>& names, Form form,
            protocol::Follow watch) {
  Connection connection(common, protocol::request::Status{names, watch});
  auto answer = connection.get<protocol::answer::Services>();
  if (watch == protocol::Follow::yes) watch_on(connection, std::move(answer));
  print(form == Form::json ? protocol::encode(answer) : text_of(answer));
  const bool all_run = std::ranges::all_of(answer.services, &protocol::ServiceStatus::live);
  if (!names.empty() && !all_run) throw Stop{Outcome::not_running, ""};
}

}  // namespace my_init::svctl
