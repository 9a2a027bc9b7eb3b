#include "proc_files.hpp"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>

#include "my_init/base/unique_fd.hpp"

namespace my_init::os {

namespace {

constexpr std::string_view kMarker = "MY_INIT_SERVICE=";
constexpr std::size_t kMaxStat = 4096;
constexpr std::size_t kMaxEnvironment = std::size_t{1} << 20U;
constexpr std::size_t kChunk = 4096;
constexpr std::uint64_t kKernelThread = 0x00200000;  // PF_KTHREAD of linux/sched.h

std::string proc_path(pid_t pid, std::string_view file) {
  return "/proc/" + std::to_string(pid) + '/' + std::string(file);
}

/// Takes the next blank-separated word off the front of `text`.
std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(" \n"));
  text.remove_prefix(word.size());
  return word;
}

std::string read_from(const UniqueFd& fd, std::size_t limit) {
  std::string text;
  while (fd && text.size() < limit) {
    const std::size_t old_size = text.size();
    text.resize(std::min(limit, old_size + kChunk));
    const ssize_t size = ::read(fd.get(), text.data() + old_size, text.size() - old_size);
    text.resize(old_size + static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    if (size <= 0) break;
  }
  return text;
}

/// The environment that a process was started with; empty for a zombie.
std::string environment_of(pid_t pid) {
  const std::string path = proc_path(pid, "environ");
  // For some microseconds of its exec a process has no environment: the old one is gone with its
  // memory, the new one not yet there. It may lose its processor there; then we do not wait longer.
  constexpr std::chrono::milliseconds kLongest{5};
  const auto end = std::chrono::steady_clock::now() + kLongest;
  std::string text;
  while (true) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    text = read_from(fd, kMaxEnvironment);
    if (!fd || !text.empty()) break;
    const std::optional<StatLine> line = read_stat(pid);
    if (!line || line->without_environment || line->process.state == 'Z') break;
    if (std::chrono::steady_clock::now() > end) break;
    ::sched_yield();
  }
  return text;
}

template <class Number>
bool parse(std::string_view word, Number& number) {
  return std::from_chars(word.data(), word.data() + word.size(), number).ec == std::errc();
}

}  // namespace

std::string read_start(const std::string& path, std::size_t limit) {
  return read_from(UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), limit);
}

std::optional<StatLine> parse_stat(std::string_view text) {
  // "pid (comm) state ppid pgrp session tty tpgid flags ...": comm ends at the last parenthesis.
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::nullopt;
  StatLine line;
  line.process.command = text.substr(open + 1, close - open - 1);
  if (!parse(text.substr(0, open), line.process.pid)) return std::nullopt;
  std::string_view rest = text.substr(close + 1);
  const std::string_view state = next_word(rest);
  if (state.size() != 1) return std::nullopt;
  line.process.state = state.front();
  if (!parse(next_word(rest), line.process.parent)) return std::nullopt;
  if (!parse(next_word(rest), line.process.group)) return std::nullopt;
  for (int skipped = 0; skipped < 3; ++skipped) next_word(rest);
  std::uint64_t flags = 0;
  if (!parse(next_word(rest), flags)) return std::nullopt;
  line.kernel_thread = (flags & kKernelThread) != 0;
  for (int skipped = 0; skipped < 12; ++skipped) next_word(rest);
  if (!parse(next_word(rest), line.start_tick)) return std::nullopt;
  for (int skipped = 0; skipped < 27; ++skipped) next_word(rest);
  // env_start and env_end, which older kernels and tests may leave out.
  const std::string_view start = next_word(rest);
  line.without_environment = !start.empty() && start != "0" && start == next_word(rest);
  return line;
}

std::optional<StatLine> read_stat(pid_t pid) {
  return parse_stat(read_start(proc_path(pid, "stat"), kMaxStat));
}

std::optional<std::string> marker_of(pid_t pid) {
  const std::string text = environment_of(pid);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view variable = rest.substr(0, rest.find('\0'));
    if (variable.starts_with(kMarker)) return std::string(variable.substr(kMarker.size()));
    rest.remove_prefix(std::min(variable.size() + 1, rest.size()));
  }
  return std::nullopt;
}

}  // namespace my_init::os
