#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "my_init/core/action.hpp"
#include "my_init/core/budget.hpp"
#include "my_init/core/event.hpp"
#include "my_init/core/phase.hpp"
#include "my_init/core/services.hpp"

namespace my_init::core {

/// What can be seen of the core from outside.
struct Snapshot {
  Stage stage = Stage::startup;
  const std::vector<ServiceSpec>* specs = nullptr;    ///< valid until the next handle()
  const std::vector<ServiceState>* states = nullptr;  ///< the same length and order
  std::optional<RunId> main_run;                      ///< while the main command runs
};

/// One answer for the whole container: unhealthy when a service is, or has failed for good; else
/// starting while one starts.
[[nodiscard]] Health health_of(const Snapshot& container);

/// All decisions of a container's life, from the first start-up file to the exit code. It gets
/// events and the time and returns actions: no clock, no system call, no log, no callback. One
/// thread.
class Supervisor {
 public:
  explicit Supervisor(const Settings& settings) : settings_(settings) {}

  /// The only entrance. `now` never goes back. The actions are to be carried out in their order;
  /// after action::Finish nothing is returned any more.
  [[nodiscard]] std::vector<Action> handle(const Event& event, TimePoint now);

  [[nodiscard]] Snapshot snapshot() const;

  /// When event::TimeAdvanced is wanted at the latest; nothing = not at all.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

 private:
  /// One process outside the services: a start-up file, a hook, or the main command.
  struct Job {
    enum class State : std::uint8_t { none, pending, alive, ended };
    State state = State::none;  ///< pending: its start is to be tried again at the deadline
    bool killed = false;
    RunRef ref;
    std::optional<TimePoint> deadline;
    std::uint32_t retries = 0;
  };

  void on(const event::Booted& event, TimePoint now);
  void on(const event::FilesListed& event, TimePoint now);
  void on(const event::DefinitionsLoaded& event, TimePoint now);
  void on(const event::DefinitionsRefused& event, TimePoint now);
  void on(const event::Started& event, TimePoint now);
  void on(const event::SpawnFailed& event, TimePoint now);
  void on(const event::Exited& event, TimePoint now);
  void on(const event::LeftoversGone& event, TimePoint now);
  void on(const event::Ready& event, TimePoint now);
  void on(const event::DaemonFound& event, TimePoint now);
  void on(const event::SignOfLife& event, TimePoint now);
  void on(const event::WatchdogTriggered& event, TimePoint now);
  void on(const event::WatchdogChanged& event, TimePoint now);
  void on(const event::TimeoutExtended& event, TimePoint now);
  void on(const event::TimeAdvanced& event, TimePoint now);
  void on(const event::StartRequested& event, TimePoint now);
  void on(const event::StopRequested& event, TimePoint now);
  void on(const event::RestartRequested& event, TimePoint now);
  void on(const event::ReloadRequested& event, TimePoint now);
  void on(const event::ConfigReplaced& event, TimePoint now);
  void on(const event::ScheduleDue& event, TimePoint now);
  void on(const event::SignalForMain& event, TimePoint now);
  void on(const event::ShutdownRequested& event, TimePoint now);
  void on(const event::ForcedShutdownRequested& event, TimePoint now);
  void on(const event::EveryoneGone& event, TimePoint now);

  // supervisor.cpp: up
  [[nodiscard]] Job* job_of(const RunRef& ref);
  void start_job(Job& job, Subject subject);
  void run_files(SubjectKind kind, std::uint32_t count, TimePoint now);
  void run_next_file(TimePoint now);
  void file_ended(const ExitStatus& status, TimePoint now);
  void main_ended(int exit_code, TimePoint now);
  void job_timed_out(Job& job, TimePoint now);
  void proceed(TimePoint now);

  // shutdown.cpp: down
  void begin_shutdown(int signo, int exit_code, TimePoint now);
  void begin_budget(TimePoint now);
  void stop_main(TimePoint now);
  void stop_services(TimePoint now);
  void run_post_shutdown(TimePoint now);
  void kill_everyone(TimePoint now);
  void killing_timed_out(TimePoint now);
  void finish();
  void set_limit(Job& job, TimePoint now);
  void report(ReportKind kind, RunRef ref = {}, action::Report detail = {});

  Settings settings_;
  Stage stage_ = Stage::startup;
  Services services_;
  Outbox out_;
  Job file_;  ///< the start-up file or hook that is being run
  SubjectKind files_kind_ = SubjectKind::startup_file;
  std::uint32_t files_count_ = 0, files_next_ = 0;
  std::uint32_t post_shutdown_count_ = 0, pre_shutdown_count_ = 0;
  Job main_;
  ShutdownBudget budget_;
  std::optional<TimePoint> killing_deadline_;
  bool killing_forced_ = false;
  int shutdown_signal_ = 0;  ///< what the main command gets; 0 = no request came
  int exit_code_ = 0;
  bool exit_code_from_main_ = false;
};

}  // namespace my_init::core
