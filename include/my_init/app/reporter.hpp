#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "my_init/app/programs.hpp"
#include "my_init/core/action.hpp"
#include "my_init/core/supervisor.hpp"
#include "my_init/log/own_log.hpp"

namespace my_init::app {

/// Puts the core's reports into words: phusion's where phusion has some (BEHAVIOUR K2), so that log
/// greps keep working. Loop thread.
class Reporter {
 public:
  /// `pid_of` tells the pid of a run that is not reaped yet.
  Reporter(log::OwnLog& log, const Programs& programs,
           std::function<std::optional<pid_t>(RunId)> pid_of)
      : log_(log), programs_(programs), pid_of_(std::move(pid_of)) {}

  void report(const core::action::Report& report);

  /// One line for each service: "web: running, pid 17, restarts 0", and one for each stray, given as
  /// Executor::strays() names it: "stray: 23 (nginx) of web".
  void dump_status(const core::Snapshot& snapshot, const std::vector<std::string>& strays);

 private:
  void write(LogLevel level, std::string_view event, const std::string& message,
             const core::action::Report& report);
  [[nodiscard]] std::string with_pid(const core::action::Report& report) const;
  void report_service(const core::action::Report& report);
  void report_container(const core::action::Report& report);

  log::OwnLog& log_;
  const Programs& programs_;
  std::function<std::optional<pid_t>(RunId)> pid_of_;
};

}  // namespace my_init::app
