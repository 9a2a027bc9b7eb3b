#include "my_init/os/process_table.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "my_init/os/children.hpp"
#include "proc_files.hpp"

namespace my_init::os {

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

std::optional<pid_t> parse_pid(std::string_view text) {
  pid_t pid = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, pid);
  if (error != std::errc() || stop != end || pid <= 0) return std::nullopt;
  return pid;
}

/// Keeps those whose chain of parents leads to us. Repeats until nothing changes, as a parent may
/// be listed after its child.
std::vector<Process> only_descendants(std::vector<Process> all) {
  std::unordered_set<pid_t> family{::getpid()};
  std::size_t known = 0;
  while (known != family.size()) {
    known = family.size();
    for (const Process& process : all)
      if (family.contains(process.parent)) family.insert(process.pid);
  }
  std::erase_if(all, [&](const Process& process) { return !family.contains(process.pid); });
  return all;
}

}  // namespace

std::vector<Process> list_processes(ProcessScope scope) {
  std::vector<Process> processes;
  const Directory directory(::opendir("/proc"));
  if (!directory) return processes;
  const pid_t self = ::getpid();
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::optional<pid_t> pid = parse_pid(entry->d_name);
    if (!pid || *pid == self) continue;
    std::optional<StatLine> line = read_stat(*pid);
    if (line && !line->kernel_thread) processes.push_back(std::move(line->process));
  }
  switch (scope) {
    case ProcessScope::everyone:
      break;
    case ProcessScope::descendants:
      return only_descendants(std::move(processes));
  }
  return processes;
}

std::string command_of(pid_t pid) {
  const std::optional<StatLine> line = read_stat(pid);
  return line ? line->process.command : std::string{};
}

Duration time_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

bool has_begun_since(pid_t pid, Duration since_boot) {
  const std::optional<StatLine> line = read_stat(pid);
  if (!line) return false;
  const Duration tick = std::chrono::nanoseconds(std::chrono::seconds(1)) / ::sysconf(_SC_CLK_TCK);
  return (line->start_tick + 1) * tick > since_boot;
}

// Orphans are adopted by the first living thread of their new parent, which is the main thread.
StrayFinder::StrayFinder() : fd_(::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC)) {}

StrayFinder::~StrayFinder() {
  if (fd_ >= 0) ::close(fd_);
}

std::vector<pid_t> StrayFinder::children() const {
  std::vector<pid_t> pids;
  if (fd_ < 0) {  // a kernel without CONFIG_PROC_CHILDREN
    for (const Process& process : list_processes(ProcessScope::everyone))
      if (process.parent == ::getpid()) pids.push_back(process.pid);
    return pids;
  }
  std::array<char, 4096> chunk;
  off_t offset = 0;
  std::string text;
  while (true) {
    const ssize_t size = ::pread(fd_, chunk.data(), chunk.size(), offset);
    if (size <= 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(size));
    offset += size;
  }
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (const std::optional<pid_t> pid = parse_pid(word)) pids.push_back(*pid);
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return pids;
}

std::vector<StrayFinder::Stray> StrayFinder::find(Children& runs) const {
  runs.hold_reaper();
  std::vector<pid_t> pids = children();
  std::erase_if(pids, [&runs](pid_t pid) { return runs.is_ours(pid); });
  runs.let_reap();
  std::vector<Stray> found;
  found.reserve(pids.size());
  for (const pid_t pid : pids) found.push_back({pid, marker_of(pid).value_or("")});
  return found;
}

}  // namespace my_init::os
