#include <algorithm>
#include <csignal>

#include "my_init/base/signal_name.hpp"
#include "world.hpp"

// What can be seen of the world: the looking half of World.

namespace my_init::core {
namespace {

std::string short_name(int signo) {
  return std::string(signal_name(signo)).substr(3);
}

}  // namespace

Phase World::phase(std::string_view name) const {
  return state(name).phase;
}

const ServiceState& World::state(std::string_view name) const {
  return supervisor_.snapshot().states->at(index_of(id(name)));
}

bool World::alive(std::string_view name) const {
  const Subject wanted = subject(name);
  return std::ranges::any_of(
      runs_, [&](const Run& run) { return run.ref.subject == wanted && run.alive; });
}

RunRef World::run(std::string_view name) const {
  const Subject wanted = subject(name);
  RunRef found;
  for (const Run& run : runs_)
    if (run.ref.subject == wanted) found = run.ref;
  return found;
}

std::vector<Duration> World::starts(std::string_view name) const {
  const Subject wanted = subject(name);
  std::vector<Duration> times;
  for (const Moment& moment : journal_)
    if (const auto* spawn = std::get_if<action::Spawn>(&moment.action))
      if (spawn->ref.subject == wanted) times.push_back(moment.at - kBirth);
  return times;
}

std::size_t World::reported(ReportKind kind, std::string_view name) const {
  const Subject wanted = subject(name);
  return static_cast<std::size_t>(std::ranges::count_if(journal_, [&](const Moment& moment) {
    const auto* report = std::get_if<action::Report>(&moment.action);
    return report != nullptr && report->kind == kind && report->ref.subject == wanted;
  }));
}

std::size_t World::reported(ReportKind kind) const {
  return static_cast<std::size_t>(std::ranges::count_if(journal_, [&](const Moment& moment) {
    const auto* report = std::get_if<action::Report>(&moment.action);
    return report != nullptr && report->kind == kind;
  }));
}

action::Report World::last_report(ReportKind kind, std::string_view name) const {
  const Subject wanted = subject(name);
  for (auto moment = journal_.rbegin(); moment != journal_.rend(); ++moment) {
    const auto* report = std::get_if<action::Report>(&moment->action);
    if (report != nullptr && report->kind == kind && report->ref.subject == wanted) return *report;
  }
  return {};
}

std::vector<std::string> World::news() {
  std::vector<std::string> lines;
  for (; news_from_ < journal_.size(); ++news_from_) {
    std::string line = describe(journal_[news_from_].action);
    if (!line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

std::string World::describe(const Action& action) const {
  if (const auto* spawn = std::get_if<action::Spawn>(&action))
    return "start " + name_of(spawn->ref.subject);
  if (const auto* everyone = std::get_if<action::KillEveryone>(&action))
    return short_name(everyone->signo) + " everyone";
  if (const auto* finish = std::get_if<action::Finish>(&action))
    return "finish " + std::to_string(finish->exit_code);
  if (const auto* find = std::get_if<action::FindDaemon>(&action))
    return "find " + name_of(find->ref.subject);
  const auto* signal = std::get_if<action::Signal>(&action);
  if (signal == nullptr || signal->signo == SIGCONT) return "";
  const std::string whom = short_name(signal->signo) + " " + name_of(signal->ref.subject);
  switch (signal->target) {
    case action::Target::process:
      return whom;
    case action::Target::group:
      return whom + "'s group";
    case action::Target::leftovers:
      return whom + "'s others";
  }
  return whom;
}

}  // namespace my_init::core
