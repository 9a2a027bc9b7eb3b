#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "my_init/app/executor.hpp"
#include "my_init/app/programs.hpp"
#include "my_init/core/action.hpp"
#include "my_init/core/supervisor.hpp"
#include "my_init/log/own_log.hpp"

namespace my_init::app {

/// Puts the core's reports into words: phusion's where phusion has some (BEHAVIOUR K2), so that log
/// greps keep working. Loop thread.
class Reporter {
 public:
  /// `executor` tells pids and reasons; all references are borrowed and outlive it.
  Reporter(log::OwnLog& log, const Programs& programs, Executor& executor)
      : log_(log), programs_(programs), executor_(executor) {}

  void report(const core::action::Report& report);

  /// What is said of each report, and the word for machines, for others to hear.
  using Listener = std::function<void(const core::action::Report& report, std::string_view event,
                                      const std::string& message)>;
  void tell(Listener listener) { listener_ = std::move(listener); }

 private:
  void write(LogLevel level, std::string_view event, const std::string& message,
             const core::action::Report& report);
  [[nodiscard]] std::string with_pid(const core::action::Report& report) const;
  void report_service(const core::action::Report& report);
  void report_exit(const core::action::Report& report);
  void report_daemon(const core::action::Report& report);
  void report_readiness(const core::action::Report& report);
  void report_container(const core::action::Report& report);
  [[nodiscard]] std::string reason_of(const core::action::Report& report) const;

  log::OwnLog& log_;
  const Programs& programs_;
  Executor& executor_;
  Duration next_look_{};  ///< at all processes, since boot
  Listener listener_ = [](const auto&, auto, const auto&) {};
};

}  // namespace my_init::app
