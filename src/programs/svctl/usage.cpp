#include "usage.hpp"

#include <unistd.h>

#include <cstdio>
#include <sstream>

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

std::map<pid_t, ProcessUsage> all_processes() {
  std::map<pid_t, ProcessUsage> all;
  for (const os::Process& process : os::list_processes(os::ProcessScope::everyone)) {
    ProcessUsage usage{process.pid, process.parent, process.command, {}, 0};
    add_usage(usage);
    all.emplace(process.pid, std::move(usage));
  }
  return all;
}

std::vector<ProcessUsage> family_of(pid_t pid, const std::map<pid_t, ProcessUsage>& all) {
  std::vector<ProcessUsage> family;
  const auto root = all.find(pid);
  if (root == all.end()) return family;
  family.push_back(root->second);
  for (std::size_t i = 0; i < family.size(); ++i)
    for (const auto& [child, usage] : all)
      if (usage.parent == family[i].pid) family.push_back(usage);
  return family;
}

}  // namespace my_init::svctl
