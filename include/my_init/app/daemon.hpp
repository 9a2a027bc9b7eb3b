#pragma once

#include <memory>
#include <optional>

#include "my_init/app/apply.hpp"
#include "my_init/app/control.hpp"
#include "my_init/app/environment_directory.hpp"
#include "my_init/app/executor.hpp"
#include "my_init/app/inbox.hpp"
#include "my_init/app/next_definitions.hpp"
#include "my_init/app/options.hpp"
#include "my_init/app/programs.hpp"
#include "my_init/app/reporter.hpp"
#include "my_init/app/runit_watch.hpp"
#include "my_init/app/schedules.hpp"
#include "my_init/app/startup_files.hpp"
#include "my_init/app/status.hpp"
#include "my_init/config/load.hpp"
#include "my_init/core/supervisor.hpp"
#include "my_init/log/log_thread.hpp"
#include "my_init/log/own_log.hpp"
#include "my_init/os/event_loop.hpp"
#include "my_init/os/signals.hpp"

namespace my_init::app {

/// The running my_init: joins the kernel's news, the core and the executor in one loop.
///
/// A turn: sleep; what the exec pipes say; the exits; the signals; the time. So an exit that is
/// known is always handled before a deadline that has passed in the same turn.
class Daemon {
 public:
  /// Signals are taken over and no thread exists yet. `environment` is ours as it was at exec.
  Daemon(Options options, config::Environment environment, os::EventLoop loop,
         os::SignalSource signals);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Runs until the container is to end; the exit code.
  [[nodiscard]] int run();

  /// Reads the environment directory and all definitions again and carries out what is different,
  /// or nothing of it when anything is wrong. What is done is told in the log, too. With dry_run
  /// nothing is done, written or told.
  ApplyResult apply(ApplyMode mode);

 private:
  void turn();
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  void turn_failed(const char* what);
  void take_signals();
  void ask_to_shut_down(int signo);
  void shut_down(std::optional<int> exit_code);
  [[nodiscard]] bool serves_control() const;
  [[nodiscard]] bool open_control();
  void feed_core();
  void perform_next();

  void perform(const core::action::ListFiles& action);
  void perform(const core::action::ReloadEnvironment& action);
  void perform(const core::action::LoadDefinitions& action);
  void perform(const core::action::UseDefinition& action);
  void perform(const core::action::ForgetService& action);
  void perform(const core::action::Spawn& action);
  void perform(const core::action::FindDaemon& action);
  void perform(const core::action::Signal& action);
  void perform(const core::action::KillEveryone& action);
  void perform(const core::action::Report& action);
  void perform(const core::action::Finish& action);

  [[nodiscard]] StartupFiles startup_files() const;
  void use_environment(EnvironmentDirectory::Outcome result);
  void settle_settings(const config::GlobalSettings& file);
  [[nodiscard]] std::vector<core::ServiceSpec> use_services(
      std::vector<config::ServiceDefinition> definitions);
  void follow_runit_directories();
  [[nodiscard]] std::string places_of_definitions() const;
  void tell(const ApplyResult& result, const std::string& what);
  void warn(const std::vector<std::string>& warnings);

  Options options_;
  config::Environment environment_;
  EnvironmentDirectory environment_directory_;
  Settings settings_;
  std::vector<std::string> settings_warnings_;  ///< given already
  Programs programs_;
  NextDefinitions next_definitions_;
  Inbox inbox_;
  os::EventLoop loop_;
  os::SignalSource signals_;
  log::LogThread log_thread_;
  log::OwnLog log_;
  UniqueFd empty_input_;
  std::optional<int> terminal_;
  Executor executor_;
  Schedules schedules_;
  RunitWatch runit_watch_;
  Reporter reporter_;
  core::Supervisor supervisor_;
  Status status_;
  Control control_;
  std::vector<core::Event> events_;  ///< what the core is being told
  std::size_t next_event_ = 0;
  std::vector<core::Action> actions_;  ///< its answer to the event before
  std::size_t next_action_ = 0;
  std::optional<TimePoint> asked_at_;  ///< when the first SIGTERM or SIGINT came
  std::optional<int> exit_code_;
  bool turn_has_failed_ = false;
};

}  // namespace my_init::app
