#include "processes.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

fs::path proc(pid_t pid) {
  return fs::path{"/proc"} / std::to_string(pid);
}

/// "pid:[4026531836]". By hand: std::filesystem asks three times as often, and this is asked of
/// every process of the machine.
std::string namespace_of(pid_t pid) {
  std::array<char, 64> link{};
  const auto length = ::readlink((proc(pid) / "ns/pid").c_str(), link.data(), link.size());
  return {link.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

std::optional<pid_t> number(const std::string& text) {
  pid_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

/// The words after "KEY:" in /proc/PID/status.
std::string field(const std::string& status, const std::string& key) {
  const auto at = status.find('\n' + key + ":\t");
  if (at == std::string::npos) return {};
  const auto begin = at + key.size() + 3;
  return status.substr(begin, status.find('\n', begin) - begin);
}

Process describe(pid_t pid) {
  const auto status = '\n' + proc_text(pid, "status");
  const auto numbers = field(status, "NSpid");
  auto command = proc_text(pid, "cmdline");
  std::ranges::replace(command, '\0', ' ');
  const auto state = field(status, "State");
  return {.host_pid = pid,
          .pid = number(numbers.substr(numbers.rfind('\t') + 1)).value_or(0),
          .state = state.empty() ? '?' : state[0],
          .name = field(status, "Name"),
          .command = command.substr(0, command.find_last_not_of(' ') + 1)};
}

}  // namespace

std::string proc_text(pid_t host_pid, const std::string& file) {
  const std::ifstream in{proc(host_pid) / file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<Process> processes_of(pid_t leader) {
  std::vector<Process> found;
  const auto wanted = namespace_of(leader);
  if (wanted.empty()) return found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{"/proc", ignored}) {
    const auto pid = number(entry.path().filename().string());
    if (!pid || namespace_of(*pid) != wanted) continue;
    auto process = describe(*pid);
    if (process.pid != 0) found.push_back(std::move(process));
  }
  std::ranges::sort(found, {}, &Process::pid);
  return found;
}

long memory_of(pid_t host_pid) {
  const std::string text = proc_text(host_pid, "status");
  const auto at = text.find("RssAnon:");
  return at == std::string::npos ? 0 : std::stol(text.substr(at + 8));
}

}  // namespace my_init::test
