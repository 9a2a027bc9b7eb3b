#include "my_init/app/daemon_finder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string_view>

#include "my_init/app/small_file.hpp"

namespace my_init::app {
namespace {

constexpr std::size_t kLongestPidFile = 64;
constexpr std::size_t kLongestCommand = 15;  // of comm, proc(5)

std::unexpected<Error> pid_file_failure(const std::string& path, std::string_view why) {
  return failure(fmt::format("pid file '{}': {}", path, why));
}

Result<pid_t> read_pid_file(const std::string& path) {
  // A link could make us take the number out of any file that we may read.
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return pid_file_failure(path, errno_text(errno));
  if (S_ISLNK(status.st_mode)) return pid_file_failure(path, "it is a symbolic link");
  const auto text = read_beginning(path, kLongestPidFile);
  if (!text) return pid_file_failure(path, "it cannot be read");
  std::string_view word = *text;
  word = word.substr(0, word.find_last_not_of(" \t\r\n") + 1);
  word.remove_prefix(std::min(word.find_first_not_of(" \t"), word.size()));
  pid_t pid = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, problem] = std::from_chars(word.data(), end, pid);
  if (problem != std::errc{} || rest != end || pid <= 0)
    return pid_file_failure(path, word.empty() ? "it is empty" : "it holds no process id");
  return pid;
}

}  // namespace

std::string shown_name(const config::Execution& execution) {
  const std::string& path = execution.command.front();
  return path.substr(path.rfind('/') + 1, kLongestCommand);
}

bool DaemonFinder::find(core::RunRef run, const std::vector<os::StrayFinder::Stray>& strays) {
  const std::string& path = programs_.services[run.subject.index].details->pid_file;
  const Result<void> found = path.empty() ? by_marker(run, strays) : by_pid_file(run, path);
  reasons_[run.subject.index] = found ? std::string{} : found.error().message;
  return found.has_value();
}

Result<void> DaemonFinder::by_pid_file(core::RunRef run, const std::string& path) {
  const auto pid = read_pid_file(path);
  if (!pid) return std::unexpected(pid.error());
  // One that carries no marker could else be a daemon of a start-up script: the number in a file of
  // the last boot.
  if (os::has_begun_since(*pid, begun_[run.subject.index]) &&
      children_.adopt(run.run, *pid, programs_.service_names[run.subject.index]))
    return {};
  return pid_file_failure(
      path, os::command_of(*pid).empty()
                ? fmt::format("there is no process {}", *pid)
                : fmt::format("process {} ({}) is none that this service has left behind", *pid,
                              os::command_of(*pid)));
}

Result<void> DaemonFinder::by_marker(core::RunRef run,
                                     const std::vector<os::StrayFinder::Stray>& strays) {
  const std::string& name = programs_.service_names[run.subject.index];
  std::optional<pid_t> oldest;
  for (const os::StrayFinder::Stray& stray : strays)
    if (stray.service == name && (!oldest || stray.pid < *oldest)) oldest = stray.pid;
  if (!oldest) return by_name(run, strays);
  if (children_.adopt(run.run, *oldest, name)) return {};
  return failure("it has left no process behind");
}

/// Many daemons (nginx, sshd, php-fpm) write a title over their environment as soon as they run,
/// and may have done so before we look. Then a process of the program's name counts that has begun
/// since, if no other can be meant.
Result<void> DaemonFinder::by_name(core::RunRef run,
                                   const std::vector<os::StrayFinder::Stray>& strays) {
  const std::uint32_t service = run.subject.index;
  const std::string program = shown_name(programs_.services[service]);
  std::vector<pid_t> alike;
  for (const os::StrayFinder::Stray& stray : strays)
    if (stray.service.empty() && os::command_of(stray.pid) == program &&
        os::has_begun_since(stray.pid, begun_[service]))
      alike.push_back(stray.pid);
  if (alike.empty()) return failure("it has left no process behind");
  const bool is_alone = std::ranges::none_of(begun_, [&](const auto& other) {
    return other.first != service && shown_name(programs_.services[other.first]) == program;
  });
  if (alike.size() == 1 && is_alone &&
      children_.adopt(run.run, alike.front(), programs_.service_names[service]))
    return {};
  return failure(fmt::format("process {} ({}) does not tell whose it is: a pid_file would",
                             fmt::join(alike, " or "), program));
}

std::string DaemonFinder::why_not(std::uint32_t service) const {
  const auto found = reasons_.find(service);
  return found == reasons_.end() ? std::string{} : found->second;
}

}  // namespace my_init::app
