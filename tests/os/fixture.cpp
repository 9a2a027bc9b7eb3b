#include "fixture.hpp"

#include <fcntl.h>
#include <poll.h>

#include <array>
#include <stdexcept>

#include "my_init/os/subreaper.hpp"

namespace my_init::os {

namespace {

constexpr int kPatience = 60'000;  // milliseconds: what takes longer never comes

bool is_readable(int fd, int timeout) {
  pollfd polled{fd, POLLIN, 0};
  return ::poll(&polled, 1, timeout) > 0;
}

std::vector<const char*> pointers(const std::vector<std::string>& strings) {
  std::vector<const char*> result;
  for (const std::string& string : strings) result.push_back(string.c_str());
  result.push_back(nullptr);
  return result;
}

}  // namespace

LikeInit::LikeInit() {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGCHLD);
  ::pthread_sigmask(SIG_BLOCK, &mask, nullptr);
  ::signal(SIGTERM, SIG_DFL);  // Catch2 handles it during a test
  if (!become_subreaper()) throw std::runtime_error("no subreaper");
}

Pipe::Pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) throw std::runtime_error("no pipe");
  read_end.reset(ends[0]);
  write_end.reset(ends[1]);
}

std::string read_all(Pipe& pipe) {
  pipe.write_end.reset();
  std::string text;
  std::array<char, 4096> chunk{};
  while (wait_readable(pipe.read_end.get())) {
    const ssize_t size = ::read(pipe.read_end.get(), chunk.data(), chunk.size());
    if (size <= 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(size));
  }
  throw std::runtime_error("the pipe stays open");
}

bool wait_readable(int fd) {
  return is_readable(fd, kPatience);
}

std::string read_line(int fd) {
  std::string line;
  char letter = 0;
  while (wait_readable(fd) && ::read(fd, &letter, 1) == 1 && letter != '\n') line += letter;
  return line;
}

Command::Command(std::vector<std::string> words) : words_(std::move(words)) {
  plan.arguments = pointers(words_);
  set_candidates({words_.front()});
  set_environment({"PATH=/usr/bin:/bin"});
}

Command Command::shell(std::string script) {
  return Command({"/bin/sh", "-c", std::move(script)});
}

void Command::set_environment(std::vector<std::string> variables) {
  variables_ = std::move(variables);
  plan.environment = pointers(variables_);
}

void Command::set_candidates(std::vector<std::string> paths) {
  candidates_ = std::move(paths);
  plan.candidates = pointers(candidates_);
}

RunId Family::spawn(const SpawnPlan& plan) {
  const RunId run{++runs_};
  Result<Spawned> spawned = children.spawn(plan, run);
  if (!spawned) throw std::runtime_error(spawned.error().message);
  newest = std::move(*spawned);
  // Until then the child may read the plan.
  if (!wait_readable(newest.exec_pipe.get())) throw std::runtime_error("the child hangs");
  return run;
}

std::optional<SpawnFailure> Family::failure() const {
  if (!wait_readable(newest.exec_pipe.get())) throw std::runtime_error("no exec");
  SpawnFailure failure;
  if (::read(newest.exec_pipe.get(), &failure, sizeof failure) != sizeof failure)
    return std::nullopt;
  return failure;
}

std::vector<ChildExit> Family::exits(std::size_t count) {
  std::vector<ChildExit> all = children.take_exits();
  while (all.size() < count) {
    wait_for_news();
    for (const ChildExit& exit : children.take_exits()) all.push_back(exit);
  }
  return all;
}

std::vector<RunId> Family::emptied() {
  std::vector<RunId> runs = children.take_emptied_groups();
  while (runs.empty()) {
    wait_for_news();
    static_cast<void>(children.take_exits());
    runs = children.take_emptied_groups();
  }
  return runs;
}

std::string output_of(Command command) {
  Family family;
  Pipe pipe;
  command.plan.standard_output = pipe.write_end.get();
  family.spawn(command);
  std::string text = read_all(pipe);
  static_cast<void>(family.exit());
  return text;
}

bool Family::has_news() const {
  return is_readable(children.event_fd(), 0);
}

void Family::wait_for_news() const {
  if (!wait_readable(children.event_fd())) throw std::runtime_error("no news");
}

}  // namespace my_init::os
