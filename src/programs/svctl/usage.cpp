#include "usage.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <utility>

#include "my_init/app/small_file.hpp"
#include "my_init/os/process_table.hpp"

namespace my_init::svctl {
namespace {

constexpr std::size_t kLongestStat = 4096;

/// utime, stime and rss of /proc/PID/stat (proc(5), fields 14, 15 and 24).
void add_usage(ProcessUsage& usage) {
  const auto text =
      app::read_beginning("/proc/" + std::to_string(usage.pid) + "/stat", kLongestStat);
  if (!text) return;
  // The command before may hold blanks and parentheses. After it comes field 3.
  std::istringstream fields(text->substr(text->rfind(')') + 1));
  std::string skipped;
  constexpr int kBeforeUtime = 11;
  constexpr int kBetween = 8;
  for (int i = 0; i < kBeforeUtime; ++i) fields >> skipped;
  std::int64_t user = 0;
  std::int64_t system = 0;
  std::uint64_t pages = 0;
  fields >> user >> system;
  for (int i = 0; i < kBetween; ++i) fields >> skipped;
  fields >> pages;
  const Duration tick = Duration(std::chrono::seconds{1}) / ::sysconf(_SC_CLK_TCK);
  usage.cpu = (user + system) * tick;
  usage.resident = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

Processes::Processes(std::vector<ProcessUsage> all) {
  for (ProcessUsage& process : all) {
    children_.emplace(process.parent, process.pid);
    by_pid_.emplace(process.pid, std::move(process));
  }
}

Processes Processes::look() {
  std::vector<ProcessUsage> all;
  for (os::Process& process : os::list_processes(os::ProcessScope::everyone))
    all.push_back({process.pid, process.parent, std::move(process.command), {}, 0});
  if (!all.empty()) all.push_back({::getpid(), ::getppid(), os::command_of(::getpid()), {}, 0});
  for (ProcessUsage& process : all) add_usage(process);
  return Processes(std::move(all));
}

const ProcessUsage* Processes::find(pid_t pid) const {
  const auto found = by_pid_.find(pid);
  return found == by_pid_.end() ? nullptr : &found->second;
}

std::vector<const ProcessUsage*> Processes::children_of(pid_t pid) const {
  std::vector<const ProcessUsage*> children;
  const auto [begin, end] = children_.equal_range(pid);
  for (auto child = begin; child != end; ++child) children.push_back(find(child->second));
  std::ranges::sort(children, {}, &ProcessUsage::pid);
  return children;
}

std::vector<const ProcessUsage*> Processes::family_of(pid_t pid) const {
  std::vector<const ProcessUsage*> family;
  if (const ProcessUsage* const root = find(pid)) family.push_back(root);
  // Not more than there are: a pid that was given away again meanwhile may seem its own ancestor.
  for (std::size_t i = 0; i < family.size() && family.size() < by_pid_.size(); ++i)
    for (const ProcessUsage* const child : children_of(family[i]->pid)) family.push_back(child);
  return family;
}

ProcessUsage Processes::sum() const {
  ProcessUsage sum;
  for (const auto& [pid, process] : by_pid_) {
    sum.cpu += process.cpu;
    sum.resident += process.resident;
  }
  return sum;
}

Usage usage_of(const protocol::ServiceStatus& service, const Processes& processes) {
  Usage usage;
  if (service.pid > 0 && !processes.empty()) {
    usage = {Duration{}, 0};
    for (const ProcessUsage* const process : processes.family_of(service.pid)) {
      *usage.cpu += process->cpu;
      *usage.memory += process->resident;
    }
  }
  if (service.cpu_us >= 0) usage.cpu = std::chrono::microseconds(service.cpu_us);
  if (service.memory >= 0) usage.memory = static_cast<std::uint64_t>(service.memory);
  return usage;
}

void fill_usage(std::vector<protocol::ServiceStatus>& services) {
  const Processes processes = Processes::look();
  for (protocol::ServiceStatus& service : services) {
    const Usage usage = usage_of(service, processes);
    if (usage.cpu)
      service.cpu_us = std::chrono::duration_cast<std::chrono::microseconds>(*usage.cpu).count();
    if (usage.memory) service.memory = static_cast<std::int64_t>(*usage.memory);
  }
}

}  // namespace my_init::svctl
