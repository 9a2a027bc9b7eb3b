#include <fmt/format.h>

#include "command.hpp"
#include "connection.hpp"
#include "terminal.hpp"
#include "usage.hpp"

namespace my_init::svctl {
namespace {

void show_family(pid_t pid, const std::map<pid_t, ProcessUsage>& all, const std::string& indent) {
  std::vector<const ProcessUsage*> children;
  for (const auto& [child, usage] : all)
    if (usage.parent == pid) children.push_back(&usage);
  for (const ProcessUsage* child : children) {
    const bool is_last = child == children.back();
    print(fmt::format("{}{} {} {}\n", indent, is_last ? "└─" : "├─", child->pid, child->command));
    show_family(child->pid, all, indent + (is_last ? "   " : "│  "));
  }
}

std::string command_of(pid_t pid, const std::map<pid_t, ProcessUsage>& all) {
  const auto found = all.find(pid);
  return found == all.end() ? "" : found->second.command;
}

}  // namespace

/// Services with their processes, and those that belong to no main process.
void tree(const Common& common, const std::vector<std::string>& names) {
  Connection connection(common, protocol::request::Status{names});
  const auto answer = connection.get<protocol::answer::Services>();
  const std::map<pid_t, ProcessUsage> all = all_processes();
  for (const protocol::ServiceStatus& service : answer.services) {
    const std::string state = coloured(service.state, colour_of(service.state));
    if (service.pid == 0) {
      print(fmt::format("{} {}\n", service.name, state));
      continue;
    }
    print(fmt::format("{} {} {} {}\n", service.name, state, service.pid,
                      command_of(service.pid, all)));
    show_family(service.pid, all, "");
  }
  if (answer.container.strays.empty()) return;
  print("strays\n");
  for (const protocol::StrayStatus& stray : answer.container.strays) {
    print(fmt::format("├─ {} {}{}\n", stray.pid, stray.command,
                      stray.service.empty() ? "" : " of " + stray.service));
    show_family(stray.pid, all, "│  ");
  }
}

}  // namespace my_init::svctl
