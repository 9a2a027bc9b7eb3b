#include "my_init/os/service_cgroup.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <memory>
#include <vector>

#include "cgroup_paths.hpp"
#include "my_init/os/pidfd.hpp"
#include "proc_files.hpp"

namespace my_init::os {

namespace {

constexpr std::size_t kMaxSmallFile = 4096;
constexpr std::size_t kMaxMounts = std::size_t{1} << 20U;
constexpr std::size_t kMaxProcesses = std::size_t{1} << 20U;  // bytes of cgroup.procs
constexpr std::size_t kMaxCgroups = 1000;                     // below one service
constexpr mode_t kDirectoryMode = 0755;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

std::string read_small(const std::string& path) {
  return read_start(path, kMaxSmallFile);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data(), end, number).ec != std::errc()) return std::nullopt;
  return number;
}

/// The number behind `key` in lines of "key number".
std::optional<std::uint64_t> number_of(std::string_view key, std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(key) && line.substr(key.size()).starts_with(' '))
      return parse_number(line.substr(key.size() + 1));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return std::nullopt;
}

/// The names of the cgroups right below one.
std::vector<std::string> children_of(const std::string& cgroup) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(cgroup.c_str()));
  if (!directory) return names;
  while (const dirent* const entry = ::readdir(directory.get())) {
    const std::string_view name = &entry->d_name[0];
    if (entry->d_type == DT_DIR && name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

/// `top` and all cgroups below it, each before what is below it; a bounded number.
std::vector<std::string> subtree(const std::string& top) {
  std::vector<std::string> all{top};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const std::string& name : children_of(all[i])) {
      if (all.size() == kMaxCgroups) return all;
      all.push_back(all[i] + '/' + name);
    }
  }
  return all;
}

/// The processes of one cgroup; one outside of our pid namespace is 0.
std::vector<pid_t> processes_in(const std::string& directory) {
  const std::string text = read_start(directory + "/cgroup.procs", kMaxProcesses);
  std::string_view rest = text;
  std::vector<pid_t> pids;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    pids.push_back(static_cast<pid_t>(parse_number(line).value_or(0)));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return pids;
}

std::string path_of(int pid) {
  return cgroup_path(read_small("/proc/" + std::to_string(pid) + "/cgroup"));
}

/// Whether it is the container's, and not one of the machine that we just happen to live in, where
/// another my_init may use the same names.
bool is_ours_alone(const std::string& directory, const std::string& path) {
  const std::vector<pid_t> processes = processes_in(directory);
  return std::ranges::find(processes, 0) == processes.end() &&
         (::getpid() == 1 || path_of(1) == path);
}

/// By a real try, as a mount can be read-only, ours a threaded cgroup, or the number of cgroups
/// limited.
bool may_have_children(const std::string& directory) {
  if (::access((directory + "/cgroup.procs").c_str(), W_OK) != 0) return false;
  // No service's name: those begin with "my_init." and our number.
  const std::string probe = directory + "/my_init-probe." + std::to_string(::getpid());
  if (::mkdir(probe.c_str(), kDirectoryMode) != 0 && errno != EEXIST) return false;
  const bool usable = read_small(probe + "/cgroup.type") == "domain\n" &&
                      ::access((probe + "/cgroup.procs").c_str(), W_OK) == 0;
  ::rmdir(probe.c_str());
  return usable;
}

}  // namespace

bool CgroupEvents::take_populated() {
  std::array<char, kMaxSmallFile> text;
  const ssize_t size = ::pread(fd_.get(), text.data(), text.size(), 0);
  if (size <= 0) return false;  // ENODEV: removed
  return number_of("populated", {text.data(), static_cast<std::size_t>(size)}) == 1U;
}

std::optional<ServiceCgroups> ServiceCgroups::find() {
  const std::string path = cgroup_path(read_small("/proc/self/cgroup"));
  const std::string mounts = read_start("/proc/self/mountinfo", kMaxMounts);
  for (std::string& directory : cgroup_directories(mounts, path))
    if (may_have_children(directory) && is_ours_alone(directory, path))
      return ServiceCgroups(std::move(directory), path);
  return std::nullopt;
}

ServiceCgroups::ServiceCgroups(std::string directory, const std::string& path)
    : directory_(std::move(directory)),
      prefix_("my_init." + std::to_string(::getpid()) + '.'),
      inside_(path + '/' + prefix_) {}

std::string ServiceCgroups::directory_of(std::string_view name) const {
  return directory_ + '/' + prefix_ + std::string(name);
}

Result<std::string> ServiceCgroups::prepare(std::string_view name) const {
  std::string directory = directory_of(name);
  if (::mkdir(directory.c_str(), kDirectoryMode) != 0 && errno != EEXIST)
    return system_failure("make cgroup '" + directory + "'", errno);
  return directory;
}

bool ServiceCgroups::is_populated(std::string_view name) const {
  return number_of("populated", read_small(directory_of(name) + "/cgroup.events")) == 1U;
}

std::optional<CgroupEvents> ServiceCgroups::watch_populated(std::string_view name) const {
  const std::string path = directory_of(name) + "/cgroup.events";
  CgroupEvents events(UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)));
  if (!events.take_populated()) return std::nullopt;
  return events;
}

bool ServiceCgroups::kill(std::string_view name) const {
  if (!is_populated(name)) return false;
  const UniqueFd file(::open((directory_of(name) + "/cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC));
  return (file && ::write(file.get(), "1", 1) == 1) || signal_all(name, SIGKILL);
}

std::string ServiceCgroups::service_of(int pid) const {
  const std::string path = path_of(pid);
  if (!path.starts_with(inside_)) return {};
  const std::size_t begin = inside_.size();
  return path.substr(begin, path.find('/', begin) - begin);
}

bool ServiceCgroups::signal_all(std::string_view name, int signo) const {
  bool reached = false;
  for (const std::string& directory : subtree(directory_of(name))) {
    for (const pid_t pid : processes_in(directory)) {
      if (pid <= 0 || pid == ::getpid()) continue;
      const Result<UniqueFd> process = open_pidfd(pid);
      // Looked at once more: the number in the list may be another's by now. That of the pidfd
      // cannot change hands.
      if ((!process && process.error().number == ESRCH) || service_of(pid) != name) continue;
      const long result = process
                              ? ::syscall(SYS_pidfd_send_signal, process->get(), signo, nullptr, 0U)
                              : ::kill(pid, signo);
      reached = result == 0 || reached;
    }
  }
  return reached;
}

CgroupUsage ServiceCgroups::usage(std::string_view name) const {
  CgroupUsage usage;
  const std::string directory = directory_of(name);
  if (const auto used = number_of("usage_usec", read_small(directory + "/cpu.stat")))
    usage.cpu_time = std::chrono::microseconds(*used);
  usage.memory = parse_number(read_small(directory + "/memory.current"));
  return usage;
}

Result<void> ServiceCgroups::remove(std::string_view name) const {
  const std::vector<std::string> all = subtree(directory_of(name));
  for (auto directory = all.rbegin(); directory != all.rend(); ++directory)
    if (::rmdir(directory->c_str()) != 0 && errno != ENOENT)
      return system_failure("remove cgroup '" + *directory + "'", errno);
  return {};
}

void ServiceCgroups::remove_all() const {
  for (const std::string& name : children_of(directory_))
    if (name.starts_with(prefix_)) static_cast<void>(remove(name.substr(prefix_.size())));
}

}  // namespace my_init::os
