#include "my_init/app/reporter.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

#include "my_init/app/daemon_finder.hpp"
#include "my_init/base/signal_name.hpp"

namespace my_init::app {
namespace {

using core::ReportKind;

/// The age up to which a process of a program's name may be what that has left on its way into the
/// background: such programs end as soon as their daemon works.
constexpr std::chrono::seconds kYoung{10};

/// Nobody reads more digits.
std::chrono::milliseconds in_milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

}  // namespace

void Reporter::write(LogLevel level, std::string_view event, const std::string& message,
                     const core::action::Report& report) {
  listener_(report, event, message);
  const core::Subject subject = report.ref.subject;
  const bool is_service = core::is_of_service(subject.kind);
  if (report.ref.run == RunId{}) {
    log_.write(level, event, message);
    return;
  }
  const std::optional<pid_t> pid = executor_.pid_of(report.ref.run);
  const log::Field name{
      is_service ? "service" : "command",
      is_service ? programs_.service_names[subject.index] : programs_.name_of(subject)};
  if (pid) {
    log_.write(level, event, message, {name, {"pid", fmt::format_int(*pid).str()}});
  } else {
    log_.write(level, event, message, {name});
  }
}

std::string Reporter::with_pid(const core::action::Report& report) const {
  const std::string name = programs_.name_of(report.ref.subject);
  const std::optional<pid_t> pid = executor_.pid_of(report.ref.run);
  return pid ? fmt::format("{} (PID {})", name, *pid) : name;
}

void Reporter::report(const core::action::Report& report) {
  switch (report.kind) {
    case ReportKind::ready:
    case ReportKind::not_ready:
    case ReportKind::healthy:
    case ReportKind::unhealthy:
    case ReportKind::watchdog_missed:
    case ReportKind::watchdog_triggered:
    case ReportKind::dependency_restarted:
    case ReportKind::schedule_skipped:
      report_readiness(report);
      break;
    case ReportKind::started:
    case ReportKind::exited:
    case ReportKind::restart_planned:
    case ReportKind::completed:
    case ReportKind::failed:
    case ReportKind::limit_reached:
    case ReportKind::skipped:
    case ReportKind::stop_begun:
    case ReportKind::sweep_begun:
    case ReportKind::budget_used_up:
    case ReportKind::stopped:
      report_service(report);
      break;
    case ReportKind::start_begun:
    case ReportKind::grace_expired:
    case ReportKind::stuck:
    case ReportKind::file_failed:
    case ReportKind::file_timed_out:
    case ReportKind::main_exited:
    case ReportKind::no_services:
    case ReportKind::all_services_ended:
    case ReportKind::shutdown_begun:
    case ReportKind::shutdown_forced:
    case ReportKind::killing_everyone:
    case ReportKind::killing_forced:
    case ReportKind::given_up:
      report_container(report);
      break;
  }
}

void Reporter::report_service(const core::action::Report& report) {
  const std::string name = programs_.name_of(report.ref.subject);
  const auto say = [&](LogLevel level, std::string_view event, const std::string& message) {
    write(level, event, message, report);
  };
  if (report.kind == ReportKind::started) {
    say(LogLevel::info, "service_started", fmt::format("Started {}", with_pid(report)));
  } else if (report.kind == ReportKind::exited) {
    report_exit(report);
  } else if (report.kind == ReportKind::restart_planned) {
    say(LogLevel::info, "service_restart_planned",
        fmt::format("Restarting {} in {}", name, format_duration(in_milliseconds(report.delay))));
  } else if (report.kind == ReportKind::completed) {
    say(LogLevel::info, "service_completed", fmt::format("{} completed", name));
  } else if (report.kind == ReportKind::failed) {
    say(LogLevel::error, "service_failed",
        fmt::format("{} has failed for good (exit code {})", name, report.code));
  } else if (report.kind == ReportKind::limit_reached) {
    say(LogLevel::error, "service_limit_reached",
        fmt::format("{} has reached its restart limit", name));
  } else if (report.kind == ReportKind::skipped) {
    const core::Subject dependency{core::SubjectKind::service,
                                   static_cast<std::uint32_t>(report.other)};
    say(LogLevel::warning, "service_skipped",
        fmt::format("{} is skipped: '{}', which it depends on, cannot be had", name,
                    programs_.name_of(dependency)));
  } else if (report.kind == ReportKind::stop_begun) {
    say(LogLevel::info, "service_stopping", fmt::format("Shutting down {}...", with_pid(report)));
  } else if (report.kind == ReportKind::sweep_begun) {
    say(LogLevel::info, "service_leftovers",
        fmt::format("Ending the processes that {} has left behind", name));
  } else if (report.kind == ReportKind::budget_used_up) {
    say(LogLevel::warning, "service_killed",
        fmt::format("{} has used up its share of the shutdown time. Forcing it to exit.",
                    with_pid(report)));
  } else {
    say(LogLevel::debug, "service_stopped", fmt::format("{} has stopped", name));
  }
}

std::string Reporter::reason_of(const core::action::Report& report) const {
  switch (report.probe) {
    case core::ProbeOutcome::unanswered:
      return "the check has not answered";
    case core::ProbeOutcome::overran:
      return fmt::format("the check took longer than {}", format_duration(report.probe_limit));
    case core::ProbeOutcome::answered:
      return executor_.reason(report.ref.subject.index);
  }
  return {};
}

/// A program that puts itself into the background is the usual mistake: to us it has ended. Looking
/// at all processes takes time: at most once a second.
void Reporter::report_daemon(const core::action::Report& report) {
  const std::uint32_t service = report.ref.subject.index;
  const Duration now = os::time_since_boot();
  if (programs_.asked[service].type != core::ServiceType::simple || now < next_look_) return;
  next_look_ = now + std::chrono::seconds{1};
  const std::string& name = programs_.service_names[service];
  const std::string program = shown_name(programs_.services[service]);
  const Duration lately = now - kYoung;
  for (const os::StrayFinder::Stray& stray : executor_.strays()) {
    const std::string command = os::command_of(stray.pid);
    const bool has_lost_marker =
        stray.service.empty() && command == program && os::has_begun_since(stray.pid, lately);
    if (stray.service != name && !has_lost_marker) continue;
    write(LogLevel::warning, "service_in_background",
          fmt::format("{} has left {} (PID {}) in the background: keep it in the foreground, or "
                      "say 'type: forking'",
                      name, command, stray.pid),
          report);
    return;
  }
}

/// Why it went is most likely in its last lines.
void Reporter::report_exit(const core::action::Report& report) {
  const std::uint32_t service = report.ref.subject.index;
  const std::string& name = programs_.service_names[service];
  const std::string message = fmt::format("{} {}.", name, report.status.describe());
  if (report.status == ExitStatus::exited(0)) {
    write(LogLevel::warning, "service_exited", message, report);
    report_daemon(report);
  } else if (!executor_.reads_output_of(service)) {
    write(LogLevel::warning, "service_exited", message, report);
  } else {
    listener_(report, "service_exited", message);
    log_.write_with_last_lines(LogLevel::warning, "service_exited", message,
                               {log::LoggedService{service}, report.ref.run}, {{"service", name}});
  }
}

void Reporter::report_readiness(const core::action::Report& report) {
  const std::string name = programs_.name_of(report.ref.subject);
  const auto say = [&](LogLevel level, std::string_view event, const std::string& message) {
    write(level, event, message, report);
  };
  const auto because = [&](std::string sentence) {
    const std::string reason = reason_of(report);
    return reason.empty() ? sentence : fmt::format("{}: {}", sentence, reason);
  };
  if (report.kind == ReportKind::ready) {
    say(LogLevel::info, "service_ready", fmt::format("{} is ready", name));
  } else if (report.kind == ReportKind::not_ready) {
    say(LogLevel::error, "service_not_ready",
        because(fmt::format("{} is not ready after {}", name,
                            format_duration(in_milliseconds(report.delay)))));
  } else if (report.kind == ReportKind::healthy) {
    say(LogLevel::info, "service_healthy", fmt::format("{} is healthy", name));
  } else if (report.kind == ReportKind::unhealthy) {
    say(LogLevel::error, "service_unhealthy",
        because(fmt::format("{} is unhealthy, its check has failed {} times in a row", name,
                            report.code)));
  } else if (report.kind == ReportKind::watchdog_missed) {
    say(LogLevel::error, "service_unhealthy",
        fmt::format("{} is unhealthy: no WATCHDOG=1 for {}", name, format_duration(report.delay)));
  } else if (report.kind == ReportKind::watchdog_triggered) {
    say(LogLevel::error, "service_unhealthy",
        fmt::format("{} is unhealthy: it says so itself (WATCHDOG=trigger)", name));
  } else if (report.kind == ReportKind::dependency_restarted) {
    const core::Subject dependency{core::SubjectKind::service,
                                   static_cast<std::uint32_t>(report.other)};
    say(LogLevel::info, "service_follows",
        fmt::format("Restarting {}: '{}', which it depends on, has restarted", name,
                    programs_.name_of(dependency)));
  } else {
    say(LogLevel::warning, "schedule_skipped",
        fmt::format("{} is due, but its last run is still at work: skipped", name));
  }
}

void Reporter::report_container(const core::action::Report& report) {
  const auto say = [&](LogLevel level, std::string_view event, const std::string& message) {
    write(level, event, message, report);
  };
  const std::string name = programs_.name_of(report.ref.subject);
  if (report.kind == ReportKind::start_begun) {
    const bool is_main = report.ref.subject.kind == core::SubjectKind::main_command;
    const std::string what =
        is_main ? fmt::format("{}", fmt::join(programs_.main_command, " ")) : name;
    say(LogLevel::info, "running", fmt::format("Running {}...", what));
  } else if (report.kind == ReportKind::file_timed_out &&
             core::is_of_service(report.ref.subject.kind)) {
    say(LogLevel::warning, "hook_timed_out",
        fmt::format("{} has taken too long. Forcing it to exit.", with_pid(report)));
  } else if (report.kind == ReportKind::grace_expired ||
             report.kind == ReportKind::file_timed_out) {
    say(LogLevel::warning, "did_not_shut_down",
        fmt::format("{} did not shut down in time. Forcing it to exit.", with_pid(report)));
  } else if (report.kind == ReportKind::stuck) {
    say(LogLevel::error, "stuck",
        fmt::format("{} has outlived SIGKILL; giving up on it", with_pid(report)));
  } else if (report.kind == ReportKind::file_failed) {
    const bool exited = report.status.kind == ExitStatus::Kind::exited;
    say(LogLevel::error, "file_failed",
        exited ? fmt::format("{} failed with status {}", name, report.status.value)
               : fmt::format("{} {}", name, report.status.describe()));
  } else if (report.kind == ReportKind::main_exited) {
    say(LogLevel::info, "main_exited", fmt::format("{} {}.", name, report.status.describe()));
  } else if (report.kind == ReportKind::no_services) {
    say(LogLevel::warning, "no_services",
        "No service is defined and no main command was given: waiting for a signal.");
  } else if (report.kind == ReportKind::all_services_ended) {
    say(LogLevel::info, "all_services_ended", "All services have ended.");
  } else if (report.kind == ReportKind::shutdown_begun) {
    const std::string cause = report.code == 0 ? "An error" : signal_name(report.code);
    say(LogLevel::info, "shutdown_begun", fmt::format("{} received. Shutting down...", cause));
  } else if (report.kind == ReportKind::shutdown_forced) {
    say(LogLevel::warning, "shutdown_forced",
        "Asked a second time: shutdown is forced, killing all processes at once.");
  } else if (report.kind == ReportKind::killing_everyone) {
    say(LogLevel::info, "killing_everyone", "Killing all processes...");
  } else if (report.kind == ReportKind::killing_forced) {
    say(LogLevel::warning, "killing_forced",
        "Not all processes have exited in time. Forcing them to exit.");
  } else {
    say(LogLevel::error, "given_up", "Some processes have outlived SIGKILL; exiting without them.");
  }
}

}  // namespace my_init::app
