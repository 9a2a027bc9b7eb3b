#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "my_init/app/cgroups.hpp"
#include "my_init/app/compressions.hpp"
#include "my_init/app/daemon_finder.hpp"
#include "my_init/app/everyone.hpp"
#include "my_init/app/inbox.hpp"
#include "my_init/app/launch.hpp"
#include "my_init/app/leftovers.hpp"
#include "my_init/app/probe_output.hpp"
#include "my_init/app/programs.hpp"
#include "my_init/app/run_channels.hpp"
#include "my_init/app/runit_runs.hpp"
#include "my_init/app/service_logs.hpp"
#include "my_init/app/service_sockets.hpp"
#include "my_init/base/flat_map.hpp"
#include "my_init/core/action.hpp"
#include "my_init/log/own_log.hpp"
#include "my_init/os/children.hpp"
#include "my_init/os/event_loop.hpp"
#include "my_init/protocol/answer.hpp"

namespace my_init::app {

/// Turns the core's Spawn and Signal actions into system calls, and the kernel's news about the
/// runs into events. Loop thread.
class Executor {
 public:
  /// All references are borrowed and outlive it.
  Executor(os::EventLoop& loop, Inbox& inbox, log::LogThread& log_thread, log::OwnLog& log,
           const Programs& programs);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// The environment of all starts from now on.
  void use_environment(const config::Environment& environment);
  void use(const LaunchSettings& settings) { settings_ = settings; }

  /// The definitions are in `programs` now: opens the sockets of all services, as early as can be,
  /// and gets ready to read what they write.
  void use_services();
  /// The same for one service, whose definition in `programs` is another one than `before`.
  void use_service(std::uint32_t service, const config::Execution& before);
  /// The service is gone.
  void forget_service(std::uint32_t service);

  void spawn(core::RunRef ref);
  void find_daemon(core::RunRef ref);
  /// Holds the reaper until let_reap(): signals to many go out in one burst.
  void signal(const core::action::Signal& signal);
  void let_reap() { children_.let_reap(); }
  void kill_everyone(int signo) { everyone_.signal_all(signo); }
  [[nodiscard]] std::vector<std::string> everyone_left() const { return everyone_.names(); }

  /// Once the boot is over gives back what only that has needed. For a turn that will sleep.
  void release_boot_memory();
  /// Nothing runs any more: what is written but not read goes to the log.
  void finish_output() { runit_runs_.finish(); }

  /// Whether the reaper has told that it found something.
  [[nodiscard]] bool has_news() const { return has_news_; }
  /// What the reaper has found, as events: for each run what its exec pipe says comes first.
  void take_exits();
  /// The same, with what has ended but not been found yet.
  void take_all_exits();
  /// The core has dealt with everything that was told so far.
  void acknowledge();

  /// Why the service is not ready or unhealthy, as far as that is known; empty when it is not.
  [[nodiscard]] std::string reason(std::uint32_t service);
  /// What it says of itself (STATUS= of sd_notify(3)).
  [[nodiscard]] std::string status_of(std::uint32_t service) const;
  /// Why its last start failed; empty when it did not.
  [[nodiscard]] std::string why_not_started(std::uint32_t service) const;
  /// Orphans that still run.
  [[nodiscard]] std::vector<os::StrayFinder::Stray> strays() const { return leftovers_.strays(); }
  [[nodiscard]] std::uint64_t orphans_reaped() const { return children_.orphans_reaped(); }

  /// What the service's next start gets, less NOTIFY_SOCKET and LISTEN_FDS; "***" for a secret.
  [[nodiscard]] std::vector<protocol::answer::Variable> variables_of(std::uint32_t service) const;

  /// Services whose output has grown since somebody asked, in no order.
  [[nodiscard]] std::vector<log::LoggedService> take_grown() { return std::exchange(grown_, {}); }
  [[nodiscard]] Cgroups& cgroups() { return cgroups_; }

  /// What the service has written, as far as we read it.
  [[nodiscard]] log::OutputCounters output_of(std::uint32_t service) const;
  [[nodiscard]] bool reads_output_of(std::uint32_t service) const { return logs_.reads(service); }
  [[nodiscard]] std::optional<pid_t> pid_of(RunId run) const { return children_.pid_of(run); }

 private:
  struct Run {
    core::RunRef ref;
    UniqueFd exec_pipe;              ///< open until exec has succeeded or failed
    std::unique_ptr<Launch> launch;  ///< as long: the child reads it
  };

  void start(core::RunRef ref, LaunchExtras extras);
  [[nodiscard]] Result<LaunchExtras> extras_of_service(core::RunRef ref);
  [[nodiscard]] Result<LaunchExtras> extras_of_command_beside(core::RunRef ref);
  [[nodiscard]] Result<os::Spawned> spawn_launch(Launch& launch, core::RunRef ref);
  [[nodiscard]] Result<void> open_output(core::RunRef ref, LaunchExtras& extras);
  void look_at_file(core::RunRef ref, const std::string& path);
  void limit_starting();
  void limit_looks();
  void make_room_for_descriptors();
  void read_exec_pipe(RunId run);
  void take_log_news();
  void fail_spawn(const core::RunRef& ref, const os::SpawnFailure& failure, const Launch& launch);
  void fail_preparation(const core::RunRef& ref, const Error& error);
  void follow_main_pid(const core::RunRef& ref);
  [[nodiscard]] bool has_new_main_process(const os::ChildExit& exit);
  void push_exits(std::vector<os::ChildExit> exits);

  os::EventLoop& loop_;
  Inbox& inbox_;
  log::OwnLog& log_;
  const Programs& programs_;
  LaunchSettings settings_;
  std::shared_ptr<const EnvironmentLines> environment_;  ///< the starts under way have their own
  os::Children children_;
  Cgroups cgroups_;
  Leftovers leftovers_;
  Everyone everyone_;
  RunChannels channels_;
  ProbeOutput probe_output_;
  DaemonFinder daemons_;
  ServiceSockets sockets_;
  RunitRuns runit_runs_;
  std::unordered_map<std::uint32_t, std::string> start_failures_;  ///< by service
  log::LogThread& log_thread_;
  ServiceLogs logs_;
  Compressions compressions_;
  std::vector<log::LoggedService> grown_;
  bool has_news_ = false;
  os::EventLoop exec_pipes_;
  TimePoint next_look_;
  std::size_t starting_ = 0;  ///< runs whose exec pipe is open
  enum class BootMemory : std::uint8_t { needed, unused, released } boot_memory_{};
  FlatMap<RunId, Run> runs_;  ///< whose main process is not known to have ended
};

}  // namespace my_init::app
