#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "my_init/base/unique_fd.hpp"
#include "my_init/log/log_thread.hpp"
#include "my_init/log/own_log.hpp"
#include "my_init/os/children.hpp"
#include "my_init/os/spawn.hpp"

namespace my_init::app {

/// Compresses rotated log files (`compress: true`): a gzip(1) for each, in a child that the core
/// knows nothing about. Loop thread.
class Compressions {
 public:
  /// All are borrowed and outlive it.
  Compressions(os::Children& children, log::LogThread& thread, log::OwnLog& log)
      : children_(children), thread_(thread), log_(log) {}

  void start(log::Rotated rotated);

  /// Whether the exit is that of a child of ours; then it is dealt with.
  [[nodiscard]] bool take_exit(const os::ChildExit& exit);

 private:
  struct Work {
    log::LoggedService service{};
    std::vector<std::string> candidates;
    os::SpawnPlan plan;  ///< the child may read it until its exec
    UniqueFd exec_pipe;
  };
  void fail(log::LoggedService service, const std::string& why);

  os::Children& children_;
  log::LogThread& thread_;
  log::OwnLog& log_;
  std::uint64_t started_ = 0;
  std::string last_failure_;
  std::unordered_map<RunId, Work> works_;
};

}  // namespace my_init::app
