#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "my_init/os/children.hpp"

namespace my_init::os {

/// What PID 1 is by nature, for the rest of the process: SIGCHLD is blocked, orphans are adopted.
struct LikeInit {
  LikeInit();
};

struct Pipe {
  Pipe();
  UniqueFd read_end;
  UniqueFd write_end;
};

/// All that comes until the other side is closed; closes our own copy of the writing end first.
[[nodiscard]] std::string read_all(Pipe& pipe);

/// One line without its end; waits for it.
[[nodiscard]] std::string read_line(int fd);

/// Waits until `fd` can be read; false when that takes longer than anything but a bug can.
[[nodiscard]] bool wait_readable(int fd);

/// A plan that owns its strings: the words are argv, the first is the only path to execute.
class Command {
 public:
  explicit Command(std::vector<std::string> words);
  /// `/bin/sh -c script`.
  [[nodiscard]] static Command shell(std::string script);

  void set_environment(std::vector<std::string> variables);
  void set_candidates(std::vector<std::string> paths);

  SpawnPlan plan;

 private:
  std::vector<std::string> words_;
  std::vector<std::string> variables_;
  std::vector<std::string> candidates_;
};

/// Children with numbered runs, and waiting for their news with a time limit that only a bug meets.
class Family : LikeInit {
 public:
  RunId spawn(const SpawnPlan& plan);
  RunId spawn(const Command& command) { return spawn(command.plan); }

  /// What the newest child wrote on its exec pipe; nothing when exec succeeded.
  [[nodiscard]] std::optional<SpawnFailure> failure() const;

  /// The next exits, at least `count` of them.
  [[nodiscard]] std::vector<ChildExit> exits(std::size_t count);
  [[nodiscard]] ChildExit exit() { return exits(1).front(); }

  /// The next runs whose groups became empty, at least one.
  [[nodiscard]] std::vector<RunId> emptied();

  /// Whether there is news now.
  [[nodiscard]] bool has_news() const;

  Children children;
  Spawned newest;

  void wait_for_news() const;

 private:
  std::uint64_t runs_ = 0;
};

/// What the command writes to its standard output until it and its children have closed it.
[[nodiscard]] std::string output_of(Command command);

}  // namespace my_init::os
