#include <fmt/format.h>

#include "command.hpp"
#include "connection.hpp"
#include "terminal.hpp"
#include "usage.hpp"

namespace my_init::svctl {
namespace {

/// Deeper than any real one: a pid that was given away again meanwhile may seem its own ancestor.
constexpr std::size_t kDeepest = 100;

std::string branch(bool is_last) {
  return is_last ? "└─" : "├─";
}

std::string below(pid_t pid, const Processes& all, const std::string& indent, std::size_t depth) {
  std::string text;
  if (depth > kDeepest) return text;
  const auto children = all.children_of(pid);
  for (const ProcessUsage* const child : children) {
    const bool is_last = child == children.back();
    text += fmt::format("{}{} {} {}\n", indent, branch(is_last), child->pid, child->command);
    text += below(child->pid, all, indent + (is_last ? "   " : "│  "), depth + 1);
  }
  return text;
}

std::string text_of(const protocol::ServiceStatus& service, const Processes& all) {
  const std::string state = coloured(service.state, colour_of(service.state));
  if (service.pid == 0) return fmt::format("{} {}\n", service.name, state);
  const ProcessUsage* const main = all.find(service.pid);
  return fmt::format("{} {} {} {}\n", service.name, state, service.pid,
                     main == nullptr ? "?" : main->command) +
         below(service.pid, all, "", 0);
}

}  // namespace

/// Services with their processes, and those that belong to no main process.
void tree(const Common& common, const std::vector<std::string>& names) {
  Connection connection(common, protocol::request::Status{names});
  const auto answer = connection.get<protocol::answer::Services>();
  const Processes all = Processes::look();
  std::string text;
  for (const protocol::ServiceStatus& service : answer.services) text += text_of(service, all);
  const auto& strays = answer.container.strays;
  if (!strays.empty()) text += "strays\n";
  for (const protocol::StrayStatus& stray : strays) {
    const bool is_last = &stray == &strays.back();
    text += fmt::format("{} {} {}{}\n", branch(is_last), stray.pid, stray.command,
                        stray.service.empty() ? "" : " of " + stray.service);
    text += below(stray.pid, all, is_last ? "   " : "│  ", 0);
  }
  print(text);
}

}  // namespace my_init::svctl
