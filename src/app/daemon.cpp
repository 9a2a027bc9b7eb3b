#include "my_init/app/daemon.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <new>
#include <random>
#include <string_view>
#include <utility>

#include "my_init/app/definitions.hpp"
#include "my_init/app/signal_meaning.hpp"
#include "my_init/app/startup_files.hpp"
#include "my_init/app/status_dump.hpp"
#include "my_init/base/signal_name.hpp"
#include "my_init/os/accounts.hpp"
#include "my_init/os/standard_streams.hpp"
#include "my_init/os/terminal.hpp"

namespace my_init::app {
namespace {

/// sysexits(3): EX_CONFIG, a definition is wrong; EX_SOFTWARE, a fault of our own; EX_CANTCREAT,
/// another my_init is at work.
constexpr int kExitConfig = 78;
constexpr int kExitSoftware = 70;
constexpr int kExitCannotCreate = 73;

/// What services and scripts start with when they do not say.
constexpr mode_t kServiceUmask = 022;

/// Two signals within this time are one wish: runtimes and terminals send some in pairs.
constexpr Duration kSameWish = std::chrono::milliseconds{100};

TimePoint now() {
  return std::chrono::steady_clock::now();
}

core::Settings core_settings(const Settings& settings) {
  core::Settings core;
  core.run_startup_files = settings.run_startup_files || settings.enable_insecure_key;
  core.run_services = settings.start_services;
  core.main_command = !settings.command.empty();
  core.kill_everyone = settings.kill_all_on_exit;
  core.process_grace = settings.kill_process_timeout;
  core.everyone_grace = settings.kill_all_processes_timeout;
  core.shutdown_timeout = settings.shutdown_timeout.value_or(Duration::zero());
  core.seed = static_cast<std::uint64_t>(now().time_since_epoch().count());
  return core;
}

/// The group that may read the environment of the container (phusion's name for it).
std::optional<gid_t> docker_env_group() {
  if (::access(std::string(kEnvironmentDirectory).c_str(), F_OK) != 0) return std::nullopt;
  return os::Accounts().find_group("docker_env");
}

log::OwnLogSettings log_settings(const Settings& settings) {
  return {settings.log_format, settings.log_level, settings.log_timestamps};
}

}  // namespace

Daemon::Daemon(Options options, config::Environment environment, os::EventLoop loop,
               os::SignalSource signals)
    : options_(std::move(options)),
      environment_(std::move(environment)),
      environment_directory_(std::string(kEnvironmentDirectory), docker_env_group()),
      settings_(resolve(options_, environment_, {}).settings),
      next_definitions_(programs_),
      loop_(std::move(loop)),
      signals_(std::move(signals)),
      log_thread_(log::ContainerStreams{STDOUT_FILENO, STDERR_FILENO}),
      log_(log_thread_, log_settings(settings_)),
      empty_input_(os::open_empty_input()),
      terminal_(os::controlling_terminal()),
      executor_(loop_, inbox_, log_thread_, log_, programs_),
      schedules_(loop_, inbox_, log_, programs_),
      runit_watch_(loop_, log_),
      reporter_(log_, programs_, executor_),
      supervisor_(core::Settings{}),
      status_(programs_, executor_, schedules_, supervisor_),
      control_(loop_, inbox_, programs_, executor_, log_thread_, status_,
               {[this](std::optional<int> exit_code) { shut_down(exit_code); },
                [this](ApplyMode mode) { return apply(mode); }}) {
  reporter_.tell([this](const core::action::Report& report, std::string_view event,
                        const std::string& message) {
    status_.note_cause(report, message);
    control_.note(report, event, message);
  });
  programs_.main_command = options_.command;
  const mode_t given = ::umask(kServiceUmask);
  executor_.use(LaunchSettings{empty_input_.get(), terminal_.value_or(-1), given});
}

Daemon::~Daemon() = default;

int Daemon::run() {
  const auto added = loop_.add(signals_.fd(), EPOLLIN, [this](std::uint32_t) { take_signals(); });
  if (!added) log_.write(LogLevel::error, "internal", added.error().message);

  use_environment(environment_directory_.import(std::move(environment_)));
  const config::Loaded global = config::load_settings(settings_.global_file, environment_);
  settle_settings(global.settings);
  if (serves_control() && !open_control()) return kExitCannotCreate;
  warn(environment_directory_.export_all(environment_));
  supervisor_ = core::Supervisor(core_settings(settings_));
  inbox_.push(core::event::Booted{});

  while (!exit_code_) {
    try {
      turn();
    } catch (const std::exception& error) {
      turn_failed(error.what());
    } catch (...) {
      turn_failed("unknown exception");
    }
  }
  executor_.finish_output();
  log_thread_.begin_end();
  return *exit_code_;
}

void Daemon::turn() {
  log_.submit();
  if (inbox_.empty()) executor_.release_boot_memory();
  loop_.turn(inbox_.empty() ? next_deadline() : TimePoint{});
  if (executor_.has_news()) executor_.take_exits();
  if (runit_watch_.take_due(now())) follow_runit_directories();
  feed_core();
  executor_.acknowledge();
  const auto deadline = supervisor_.next_deadline();
  if (deadline && *deadline <= now()) {
    executor_.take_all_exits();
    inbox_.push(core::event::TimeAdvanced{});
    feed_core();
  }
  control_.end_turn();
}

std::optional<TimePoint> Daemon::next_deadline() const {
  const auto deadline = supervisor_.next_deadline();
  const auto due = runit_watch_.due();
  return deadline && due ? std::min(*deadline, *due) : due ? due : deadline;
}

/// Neither going on in an unknown state nor vanishing, which would let the kernel SIGKILL every
/// service: an orderly shutdown. A second fault ends us.
void Daemon::turn_failed(const char* what) {
  executor_.let_reap();
  if (turn_has_failed_) {
    exit_code_ = kExitSoftware;
  } else {
    turn_has_failed_ = true;
    inbox_.push(core::event::ShutdownRequested{0, kExitSoftware});
  }
  // Not through the log: the fault may be that there is no memory. And not when we could get stuck.
  pollfd errors{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&errors, 1, 0) != 1) return;
  std::array<char, 256> line{};
  const int size = std::snprintf(line.data(), line.size(),
                                 "*** my_init: internal error, shutting down: %s\n", what);
  const auto length = std::min(static_cast<std::size_t>(std::max(size, 0)), line.size() - 1);
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), length);
}

void Daemon::take_signals() {
  const MainCommand main_command =
      options_.command.empty() ? MainCommand::absent : MainCommand::present;
  for (const int signo : signals_.take()) {
    switch (meaning_of(signo, main_command)) {
      case SignalMeaning::shut_down:
        ask_to_shut_down(signo);
        break;
      case SignalMeaning::forward:
        inbox_.push(core::event::SignalForMain{signo});
        break;
      case SignalMeaning::reload:
        apply(ApplyMode::commit);
        break;
      case SignalMeaning::reopen_logs:
        log_.write(LogLevel::info, "reopen_logs", "SIGUSR1 received: reopening the log files");
        log_thread_.reopen_files();
        break;
      case SignalMeaning::dump_status:
        dump_status(log_, status_);
        break;
      case SignalMeaning::nothing:
        break;
    }
  }
}

void Daemon::ask_to_shut_down(int signo) {
  if (!asked_at_) {
    asked_at_ = now();
    inbox_.push(core::event::ShutdownRequested{signo, settings_.exit_on_term});
  } else if (now() - *asked_at_ >= kSameWish) {
    inbox_.push(core::event::ForcedShutdownRequested{});
  }
}

/// By svctl: as SIGTERM does, unless it says which exit code there is to be.
void Daemon::shut_down(std::optional<int> exit_code) {
  log_.write(LogLevel::info, "shutdown_asked", "svctl asks to shut down");
  if (exit_code) {
    inbox_.push(core::event::ShutdownRequested{0, *exit_code});
  } else {
    inbox_.push(core::event::ShutdownRequested{SIGTERM, settings_.exit_on_term});
  }
}

/// Without services only the container's first one, also below `docker run --init`: for its health.
bool Daemon::serves_control() const {
  return settings_.start_services || ::getpid() == 1 || ::getppid() == 1;
}

/// False when another my_init already serves this place, and we have services, too.
bool Daemon::open_control() {
  os::ControlAddress address{settings_.control_path, settings_.control_mode, std::nullopt};
  if (!settings_.control_group.empty()) {
    address.group = os::Accounts().find_group(settings_.control_group);
    if (!address.group)
      warn({fmt::format("control: there is no group '{}'", settings_.control_group)});
  }
  const auto opened = control_.open(address);
  if (opened) return true;
  const bool is_live = opened.error().number == EADDRINUSE;
  if (is_live && !settings_.start_services) return true;
  const std::string more =
      is_live ? "; another my_init is at work there (--skip-services runs a command beside it)"
              : "; svctl cannot be used";
  log_.write(is_live ? LogLevel::error : LogLevel::warning, "no_control",
             opened.error().message + more);
  return !is_live;
}

/// Gives the core every event that waits, and carries out what it answers; answers of ours to that
/// are events again. When an exception ends it, the next call goes on behind what has failed.
void Daemon::feed_core() {
  while (!exit_code_) {
    if (next_action_ < actions_.size()) {
      perform_next();
    } else if (const auto first = inbox_.take_first()) {
      next_action_ = 0;
      status_.note(*first);
      actions_ = supervisor_.handle(*first, now());
    } else if (next_event_ < events_.size()) {
      next_action_ = 0;
      status_.note(events_[next_event_]);
      actions_ = supervisor_.handle(events_[next_event_++], now());
    } else if (!inbox_.empty()) {
      next_event_ = 0;
      events_ = inbox_.take();
    } else {
      break;
    }
  }
  executor_.let_reap();
}

void Daemon::perform_next() {
  const core::Action& action = actions_[next_action_++];
  const bool is_of_burst = std::holds_alternative<core::action::Signal>(action) ||
                           std::holds_alternative<core::action::Report>(action);
  if (!is_of_burst) executor_.let_reap();
  std::visit([this](const auto& one) { perform(one); }, action);
}

StartupFiles Daemon::startup_files() const {
  StartupFiles files;
  if (settings_.enable_insecure_key) files.paths.push_back(settings_.insecure_key_program);
  if (!settings_.run_startup_files) return files;
  for (const StartupFiles& some :
       {list_startup_files(settings_.startup_dir), startup_file(settings_.rc_local)}) {
    files.paths.insert(files.paths.end(), some.paths.begin(), some.paths.end());
    files.warnings.insert(files.warnings.end(), some.warnings.begin(), some.warnings.end());
  }
  return files;
}

void Daemon::perform(const core::action::ListFiles& action) {
  StartupFiles list;
  switch (action.kind) {
    case core::SubjectKind::startup_file:
      list = startup_files();
      break;
    case core::SubjectKind::pre_shutdown_hook:
      list = list_startup_files(settings_.pre_shutdown_dir);
      break;
    case core::SubjectKind::post_shutdown_hook:
      list = list_startup_files(settings_.post_shutdown_dir);
      break;
    case core::SubjectKind::service:
    case core::SubjectKind::main_command:
    case core::SubjectKind::pre_start_hook:
    case core::SubjectKind::post_start_hook:
    case core::SubjectKind::pre_stop_hook:
    case core::SubjectKind::post_stop_hook:
    case core::SubjectKind::reload_command:
    case core::SubjectKind::readiness_probe:
    case core::SubjectKind::health_probe:
      break;  // the core lists none of these
  }
  warn(list.warnings);
  const auto count = static_cast<std::uint32_t>(list.paths.size());
  programs_.files(action.kind) = std::move(list.paths);
  inbox_.push(core::event::FilesListed{action.kind, count});
}

void Daemon::perform(const core::action::ReloadEnvironment&) {
  use_environment(environment_directory_.reload(environment_));
}

void Daemon::perform(const core::action::LoadDefinitions&) {
  core::event::DefinitionsLoaded answer;
  if (settings_.start_services) {
    runit_watch_.watch(settings_.runit_dir, {});  // what comes while they are read counts as well
    config::Loaded loaded = load_definitions(settings_, environment_);
    runit_watch_.watch(settings_.runit_dir, loaded.unfinished);
    for (const config::Diagnostic& diagnostic : loaded.diagnostics)
      write_diagnostic(log_, diagnostic);
    if (!loaded.ok()) {
      inbox_.push(core::event::DefinitionsRefused{kExitConfig});
      return;
    }
    settle_settings(loaded.settings);
    answer.services = use_services(std::move(loaded.services));
  }
  answer.settings = core_settings(settings_);
  inbox_.push(std::move(answer));
}

void Daemon::perform(const core::action::Spawn& action) {
  try {
    executor_.spawn(action.ref);
  } catch (...) {
    // The core must not wait for a run that never was.
    inbox_.push(core::event::SpawnFailed{action.ref, core::event::Retry::pointless, kExitSoftware});
    throw;
  }
}

void Daemon::perform(const core::action::FindDaemon& action) {
  executor_.find_daemon(action.ref);
}

void Daemon::perform(const core::action::Signal& action) {
  executor_.signal(action);
}

void Daemon::perform(const core::action::KillEveryone& action) {
  executor_.kill_everyone(action.signo);
}

void Daemon::perform(const core::action::Report& action) {
  status_.note(action);
  reporter_.report(action);
  if (action.kind == core::ReportKind::main_exited && terminal_) os::take_foreground(*terminal_);
  if (action.kind == core::ReportKind::given_up)
    for (const std::string& name : executor_.everyone_left())
      log_.write(LogLevel::warning, "process_left", "Process " + name + " does not end");
}

void Daemon::perform(const core::action::Finish& action) {
  exit_code_ = action.exit_code;
}

/// The start-up files may have changed what variables say: a warning that was given once is enough.
void Daemon::settle_settings(const config::GlobalSettings& file) {
  Resolved resolved = resolve(options_, environment_, file);
  settings_ = std::move(resolved.settings);
  log_.configure(log_settings(settings_));
  if (resolved.warnings != settings_warnings_) warn(resolved.warnings);
  settings_warnings_ = std::move(resolved.warnings);
}

void Daemon::warn(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) log_.write(LogLevel::warning, "warning", warning);
}

}  // namespace my_init::app
