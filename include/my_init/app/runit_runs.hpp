#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "my_init/app/launch.hpp"
#include "my_init/app/programs.hpp"
#include "my_init/base/exit_status.hpp"
#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/core/action.hpp"
#include "my_init/os/children.hpp"

namespace my_init::app {

/// What the runs of runit directories have beside those of definitions: the pipe to the logger,
/// and the arguments of `finish`. Loop thread.
class RunitRuns {
 public:
  /// Both are borrowed and outlive it.
  RunitRuns(const Programs& programs, const os::Children& children)
      : programs_(programs), children_(children) {}

  /// Adds to what is given to a run of a service or of one of its hooks. We hold both ends of the
  /// pipe, so that nothing is lost while the service or its logger is started again.
  [[nodiscard]] Result<void> prepare(core::RunRef run, LaunchExtras& extras);

  /// The main process of the service has ended. What a logger that was to come to the end of its
  /// input has not read is passed on.
  void note_end(core::RunRef run, ExitStatus status);

  /// A logger that nobody writes to any more is not told to stop: our end of the pipe is closed,
  /// and it reads what is left. Whether the signal was of that kind, and was dealt with.
  [[nodiscard]] bool take_signal(const core::action::Signal& signal);

  /// The service is gone.
  void forget(std::uint32_t service);

  /// Nobody runs any more: what loggers have not read is passed on.
  void finish();

 private:
  struct Pipe {
    UniqueFd read;
    UniqueFd write;
    UniqueFd rest;   ///< takes what no logger reads: where the service would write without one
    RunId writer{};  ///< the last run that was given its end
  };
  [[nodiscard]] Result<Pipe*> open_pipe(const std::string& logger);
  [[nodiscard]] std::vector<std::string> arguments_of_finish(std::uint32_t service) const;

  static void pass_on_rest(const Pipe& pipe);

  const Programs& programs_;
  const os::Children& children_;
  std::unordered_map<std::string, Pipe> pipes_;  ///< by the name of the logger
  std::map<RunId, Pipe> ending_;                 ///< of loggers that come to the end of their input
  std::unordered_map<std::uint32_t, ExitStatus> last_ends_;  ///< by service
};

}  // namespace my_init::app
