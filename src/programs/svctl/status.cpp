#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "command.hpp"
#include "connection.hpp"
#include "my_init/protocol/status_words.hpp"
#include "terminal.hpp"
#include "usage.hpp"

namespace my_init::svctl {
namespace {

void add_row(Table& table, const protocol::ServiceStatus& service, const Processes& processes) {
  const Usage usage = usage_of(service, processes);
  const std::string cpu =
      usage.cpu ? fmt::format("{:.2f}s", std::chrono::duration<double>(*usage.cpu).count()) : "-";
  table.add({service.name, service.state, service.health == "none" ? "-" : service.health,
             short_time(service.since_ms), service.pid > 0 ? std::to_string(service.pid) : "-",
             std::to_string(service.restarts), cpu, usage.memory ? short_size(*usage.memory) : "-",
             protocol::because(service)},
            {Colour::none, colour_of(service.state), colour_of(service.health)});
}

std::string text_of(const protocol::answer::Services& answer) {
  const Processes processes = Processes::look();
  Table table({"NAME", "STATE", "HEALTH", "SINCE", "PID", "RESTARTS", "CPU", "MEMORY", "WHY"});
  for (const protocol::ServiceStatus& service : answer.services) add_row(table, service, processes);
  std::string text = answer.services.empty() ? "no services\n" : table.text();
  for (const protocol::StrayStatus& stray : answer.container.strays)
    text += fmt::format("stray process {}\n", protocol::describe(stray));
  if (answer.container.stage != "running")
    text += fmt::format("the container is in stage {}\n", answer.container.stage);
  const std::string ways = protocol::ways_to_follow(answer.services);
  return ways.empty() ? text : text + fmt::format("processes are followed by: {}\n", ways);
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
