#include "my_init/core/supervisor.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

// The way up: start-up files, definitions, services, main command. The way down is shutdown.cpp.

namespace my_init::core {
namespace {

/// A file or main command whose fork was refused for now is tried again after 0.1 s, 0.2 s, ... 5
/// s.
Duration retry_delay(std::uint32_t retries) {
  constexpr Duration kFirst = std::chrono::milliseconds{100};
  constexpr Duration kLongest = std::chrono::seconds{5};
  return std::min(kFirst * (1 << std::min(retries, 6U)), kLongest);
}

}  // namespace

std::vector<Action> Supervisor::handle(const Event& event, TimePoint now) {
  if (stage_ == Stage::finished) return {};
  std::visit([&](const auto& alternative) { on(alternative, now); }, event);
  proceed(now);
  return out_.take();
}

Snapshot Supervisor::snapshot() const {
  Snapshot seen;
  seen.stage = stage_;
  seen.specs = &services_.table().specs();
  seen.states = &services_.table().states();
  if (main_.state == Job::State::alive) seen.main_run = main_.ref.run;
  return seen;
}

Health health_of(const Snapshot& container) {
  bool starting = container.stage < Stage::running;
  for (std::size_t i = 0; i < container.states->size(); ++i) {
    const ServiceState& state = (*container.states)[i];
    if (state.health == Health::unhealthy || state.phase == Phase::failed) return Health::unhealthy;
    const bool has_begun = state.phase != Phase::waiting || (*container.specs)[i].scheduled;
    const bool is_up = has_begun && state.phase != Phase::starting && state.phase != Phase::backoff;
    starting |= !is_up || state.health == Health::starting;
  }
  return starting ? Health::starting : Health::healthy;
}

std::optional<TimePoint> Supervisor::next_deadline() const {
  if (stage_ == Stage::finished) return std::nullopt;
  std::optional<TimePoint> earliest = services_.table().next_deadline();
  for (const auto& other : {file_.deadline, main_.deadline, killing_deadline_})
    if (other && (!earliest || *other < *earliest)) earliest = other;
  return earliest;
}

void Supervisor::on(const event::Booted&, TimePoint now) {
  if (settings_.run_startup_files) {
    out_.add(action::ListFiles{SubjectKind::startup_file});
  } else {
    run_files(SubjectKind::startup_file, 0, now);
  }
}

void Supervisor::on(const event::FilesListed& event, TimePoint now) {
  switch (event.kind) {
    case SubjectKind::startup_file:
      if (stage_ == Stage::startup) run_files(event.kind, event.count, now);
      break;
    case SubjectKind::pre_shutdown_hook:
      pre_shutdown_count_ = event.count;
      break;
    case SubjectKind::post_shutdown_hook:
      post_shutdown_count_ = event.count;
      budget_.afterwards.assign(event.count,
                                settings_.process_grace.value_or(settings_.shutdown_timeout));
      if (stage_ == Stage::pre_shutdown)
        run_files(SubjectKind::pre_shutdown_hook, pre_shutdown_count_, now);
      break;
    case SubjectKind::service:
    case SubjectKind::main_command:
    case SubjectKind::pre_start_hook:
    case SubjectKind::post_start_hook:
    case SubjectKind::pre_stop_hook:
    case SubjectKind::post_stop_hook:
    case SubjectKind::reload_command:
    case SubjectKind::readiness_probe:
    case SubjectKind::health_probe:
      break;  // these are not listed
  }
}

void Supervisor::on(const event::DefinitionsLoaded& event, TimePoint now) {
  if (stage_ != Stage::loading) return;
  settings_ = event.settings;
  stage_ = Stage::running;
  if (settings_.run_services) services_ = Services(event.services, settings_.seed, now);
  services_.start_all(now, out_);
  if (!settings_.main_command && !services_.any_enabled()) report(ReportKind::no_services);
}

void Supervisor::on(const event::DefinitionsRefused& event, TimePoint now) {
  if (stage_ != Stage::loading) return;
  exit_code_ = event.exit_code;
  kill_everyone(now);
}

void Supervisor::on(const event::Started& event, TimePoint now) {
  if (is_of_service(event.ref.subject.kind)) services_.handle(event, now, out_);
}

void Supervisor::on(const event::SpawnFailed& event, TimePoint now) {
  if (is_of_service(event.ref.subject.kind)) {
    services_.handle(event, now, out_);
    return;
  }
  Job* const job = job_of(event.ref);
  if (job == nullptr) return;
  const bool going_up = stage_ == Stage::startup || stage_ == Stage::running;
  if (event.retry == event::Retry::worthwhile && going_up && shutdown_signal_ == 0) {
    job->state = Job::State::pending;
    job->deadline = now + retry_delay(job->retries++);
    return;
  }
  job->state = Job::State::ended;
  job->deadline.reset();
  if (job == &main_) {
    main_ended(event.exit_code, now);
  } else {
    file_ended(ExitStatus::exited(event.exit_code), now);
  }
}

void Supervisor::on(const event::Exited& event, TimePoint now) {
  if (is_of_service(event.ref.subject.kind)) {
    services_.handle(event, now, out_);
    return;
  }
  Job* const job = job_of(event.ref);
  if (job == nullptr) return;
  job->state = Job::State::ended;
  job->deadline.reset();
  if (job == &main_) {
    report(ReportKind::main_exited, main_.ref, {.status = event.status});
    main_ended(event.status.exit_code(), now);
  } else {
    if (event.status != ExitStatus::exited(0))
      report(ReportKind::file_failed, file_.ref, {.status = event.status});
    file_ended(event.status, now);
  }
}

void Supervisor::on(const event::LeftoversGone& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::Ready& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::DaemonFound& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::SignOfLife& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::WatchdogTriggered& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::WatchdogChanged& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::TimeoutExtended& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::TimeAdvanced&, TimePoint now) {
  services_.advance(now, out_);
  proceed(now);  // a shutdown that begins comes before the next try of the main command
  for (Job* const job : {&file_, &main_})
    if (job->deadline && *job->deadline <= now) job_timed_out(*job, now);
  if (killing_deadline_ && *killing_deadline_ <= now) killing_timed_out(now);
}

void Supervisor::on(const event::StartRequested& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::StopRequested& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::RestartRequested& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::ReloadRequested& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::ConfigReplaced& event, TimePoint now) {
  if (stage_ != Stage::running || !settings_.run_services) return;
  settings_.shutdown_timeout = event.shutdown_timeout;
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::ScheduleDue& event, TimePoint now) {
  services_.handle(event, now, out_);
}

void Supervisor::on(const event::SignalForMain& event, TimePoint) {
  if (main_.state == Job::State::alive)
    out_.signal(main_.ref, event.signo, action::Target::process);
}

Supervisor::Job* Supervisor::job_of(const RunRef& ref) {
  Job& job = ref.subject.kind == SubjectKind::main_command ? main_ : file_;
  return job.state == Job::State::alive && job.ref == ref ? &job : nullptr;
}

void Supervisor::start_job(Job& job, Subject subject) {
  const std::uint32_t retries = job.state == Job::State::pending ? job.retries : 0;
  job = Job{};
  job.state = Job::State::alive;
  job.retries = retries;
  job.ref = out_.spawn(subject);
}

void Supervisor::run_files(SubjectKind kind, std::uint32_t count, TimePoint now) {
  files_kind_ = kind;
  files_count_ = count;
  files_next_ = 0;
  run_next_file(now);
}

void Supervisor::run_next_file(TimePoint now) {
  if (files_next_ < files_count_) {
    const Subject subject{files_kind_, files_next_};
    report(ReportKind::start_begun, {RunId{}, subject});
    start_job(file_, subject);
    if (files_kind_ != SubjectKind::startup_file) set_limit(file_, now);
    return;
  }
  switch (stage_) {
    case Stage::startup:
      stage_ = Stage::loading;
      out_.add(action::LoadDefinitions{});
      break;
    case Stage::pre_shutdown:
      stop_main(now);
      break;
    case Stage::post_shutdown:
      kill_everyone(now);
      break;
    case Stage::loading:
    case Stage::running:
    case Stage::stopping_main:
    case Stage::stopping_services:
    case Stage::killing:
    case Stage::finished:
      break;  // no files are run here
  }
}

void Supervisor::file_ended(const ExitStatus& status, TimePoint now) {
  if (stage_ == Stage::startup) {
    out_.add(action::ReloadEnvironment{});
    if (shutdown_signal_ != 0) {
      kill_everyone(now);
      return;
    }
    if (status != ExitStatus::exited(0)) {
      exit_code_ = status.exit_code();
      kill_everyone(now);
      return;
    }
  }
  if (stage_ == Stage::killing) return;
  ++files_next_;
  run_next_file(now);
}

void Supervisor::main_ended(int exit_code, TimePoint now) {
  if (stage_ == Stage::running) {
    begin_shutdown(0, exit_code, now);
    return;
  }
  if (exit_code_from_main_) exit_code_ = exit_code;
  if (stage_ == Stage::stopping_main) stop_services(now);
}

void Supervisor::job_timed_out(Job& job, TimePoint now) {
  job.deadline.reset();
  if (job.state == Job::State::pending) {
    start_job(job, job.ref.subject);
    return;
  }
  if (job.state != Job::State::alive) return;
  if (!job.killed) {
    job.killed = true;
    const bool is_hook = &job == &file_ && stage_ != Stage::startup;
    report(is_hook ? ReportKind::file_timed_out : ReportKind::grace_expired, job.ref);
    out_.signal(job.ref, SIGKILL, action::Target::group);
    job.deadline = now + budget_.patience_after_kill(now);
    return;
  }
  report(ReportKind::stuck, job.ref);
  job.state = Job::State::ended;
  if (&job == &main_) {
    main_ended(128 + SIGKILL, now);
  } else {
    file_ended(ExitStatus::signaled(SIGKILL), now);
  }
}

/// What follows from the state as a whole, after any event.
void Supervisor::proceed(TimePoint now) {
  if (stage_ == Stage::running) {
    if (services_.wants_shutdown()) {
      begin_shutdown(0, *services_.wants_shutdown(), now);
    } else if (settings_.main_command) {
      if (main_.state == Job::State::none && services_.settled()) {
        report(ReportKind::start_begun, {RunId{}, {SubjectKind::main_command, 0}});
        start_job(main_, {SubjectKind::main_command, 0});
      }
    } else if (services_.all_ended()) {
      report(ReportKind::all_services_ended);
      begin_shutdown(0, services_.first_failure(), now);
    }
  }
  if (stage_ == Stage::stopping_services && services_.at_rest()) run_post_shutdown(now);
  if (stage_ == Stage::killing && !settings_.kill_everyone && services_.at_rest() &&
      main_.state != Job::State::alive && file_.state != Job::State::alive)
    finish();
}

}  // namespace my_init::core
