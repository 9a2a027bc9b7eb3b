#include <algorithm>
#include <csignal>

#include "my_init/core/stop_times.hpp"
#include "my_init/core/supervisor.hpp"

// The way down: pre-shutdown hooks, main command, services in reverse order, post-shutdown hooks,
// SIGTERM to everything left, SIGKILL, exit code.

namespace my_init::core {
namespace {

/// How long the last phase waits after SIGKILL: what is still there then is in uninterruptible
/// sleep.
constexpr Duration kPatienceAtTheEnd = std::chrono::seconds{1};
/// The same when everything was killed at once on request.
constexpr Duration kPatienceWhenForced = std::chrono::milliseconds{500};
/// Of a budget, what the last phase gets: 250 ms, or a tenth of a small budget.
constexpr Duration kReserve = std::chrono::milliseconds{250};
/// "No limit" where a length is needed to share a budget.
constexpr Duration kForever = std::chrono::hours{24 * 365};

}  // namespace

void Supervisor::on(const event::ShutdownRequested& event, TimePoint now) {
  if (stage_ == Stage::running) {
    shutdown_signal_ = event.signo;
    begin_shutdown(event.signo, event.exit_code, now);
    return;
  }
  if (stage_ != Stage::startup && stage_ != Stage::loading) return;
  if (shutdown_signal_ != 0) return;
  shutdown_signal_ = event.signo == 0 ? SIGTERM : event.signo;
  exit_code_ = event.signo == 0 ? event.exit_code : 128 + event.signo;
  report(ReportKind::shutdown_begun, {}, {.code = event.signo});
  begin_budget(now);
  if (file_.state == Job::State::alive) {
    out_.signal(file_.ref, SIGTERM, action::Target::group);
    out_.signal(file_.ref, SIGCONT, action::Target::group);
    set_limit(file_, now);
  } else {
    file_ = Job{};  // one that waits for its next try must not get it
    kill_everyone(now);
  }
}

void Supervisor::begin_shutdown(int signo, int exit_code, TimePoint now) {
  stage_ = Stage::pre_shutdown;
  exit_code_ = exit_code;
  shutdown_signal_ = signo == 0 ? SIGTERM : signo;
  if (signo != 0 && settings_.main_command) {
    exit_code_from_main_ = main_.state == Job::State::alive;
    if (!exit_code_from_main_) exit_code_ = 128 + signo;
  }
  if (main_.state == Job::State::pending) main_ = Job{};
  begin_budget(now);
  if (signo != 0) report(ReportKind::shutdown_begun, {}, {.code = signo});
  services_.freeze(now, out_);
  if (settings_.run_services) {
    out_.add(action::ListFiles{SubjectKind::pre_shutdown_hook});
    out_.add(action::ListFiles{SubjectKind::post_shutdown_hook});
  } else {
    stop_main(now);
  }
}

void Supervisor::begin_budget(TimePoint now) {
  if (settings_.shutdown_timeout <= Duration::zero()) return;
  budget_.end = now + settings_.shutdown_timeout;
  budget_.reserve = std::min(kReserve, settings_.shutdown_timeout / 10);
}

void Supervisor::stop_main(TimePoint now) {
  stage_ = Stage::stopping_main;
  if (main_.state != Job::State::alive) {
    stop_services(now);
    return;
  }
  report(ReportKind::stop_begun, main_.ref);
  out_.signal(main_.ref, shutdown_signal_, action::Target::process);
  out_.signal(main_.ref, SIGCONT, action::Target::process);
  set_limit(main_, now);
}

void Supervisor::stop_services(TimePoint now) {
  stage_ = Stage::stopping_services;
  services_.stop_all(budget_, now, out_);
}

void Supervisor::run_post_shutdown(TimePoint now) {
  stage_ = Stage::post_shutdown;
  budget_.afterwards.clear();
  run_files(SubjectKind::post_shutdown_hook, post_shutdown_count_, now);
}

void Supervisor::kill_everyone(TimePoint now) {
  stage_ = Stage::killing;
  if (!settings_.kill_everyone) return;  // proceed() finishes
  report(ReportKind::killing_everyone);
  out_.add(action::KillEveryone{SIGTERM});
  std::optional<TimePoint> deadline;
  if (settings_.everyone_grace) deadline = now + *settings_.everyone_grace;
  if (budget_.end) {
    const TimePoint latest = *budget_.end - budget_.reserve / 2;
    deadline = deadline ? std::min(*deadline, latest) : latest;
  }
  killing_deadline_ = deadline;
}

void Supervisor::killing_timed_out(TimePoint now) {
  killing_deadline_.reset();
  if (killing_forced_) {
    report(ReportKind::given_up);
    finish();
    return;
  }
  killing_forced_ = true;
  report(ReportKind::killing_forced);
  out_.add(action::KillEveryone{SIGKILL});
  killing_deadline_ = now + kPatienceAtTheEnd;
  if (budget_.end) killing_deadline_ = std::max(now, std::min(*killing_deadline_, *budget_.end));
}

void Supervisor::on(const event::ForcedShutdownRequested&, TimePoint now) {
  if (killing_forced_) return;
  if (stage_ < Stage::pre_shutdown && shutdown_signal_ == 0) exit_code_ = 128 + SIGKILL;
  report(ReportKind::shutdown_forced);
  stage_ = Stage::killing;
  killing_forced_ = true;
  services_.kill_all(now, out_);
  for (Job* const job : {&file_, &main_}) {
    job->deadline.reset();
    if (job->state == Job::State::alive) out_.signal(job->ref, SIGKILL, action::Target::group);
  }
  if (settings_.kill_everyone) out_.add(action::KillEveryone{SIGKILL});
  killing_deadline_ = now + kPatienceWhenForced;
  if (budget_.end) killing_deadline_ = std::min(*killing_deadline_, *budget_.end);
}

void Supervisor::on(const event::EveryoneGone&, TimePoint) {
  if (stage_ == Stage::killing && settings_.kill_everyone) finish();
}

void Supervisor::finish() {
  stage_ = Stage::finished;
  killing_deadline_.reset();
  out_.add(action::Finish{exit_code_});
}

/// Gives a file or the main command its deadline, so that all that follows gets its share of a
/// budget.
void Supervisor::set_limit(Job& job, TimePoint now) {
  if (!settings_.process_grace && !budget_.end) return;
  const Duration grace = settings_.process_grace.value_or(kForever);
  std::vector<Duration> wants{grace};
  if (stage_ == Stage::pre_shutdown || stage_ == Stage::post_shutdown)
    wants.insert(wants.end(), files_count_ - files_next_ - 1, grace);
  if (stage_ == Stage::pre_shutdown && main_.state == Job::State::alive) wants.push_back(grace);
  if (stage_ != Stage::post_shutdown)
    for (const Duration step : longest_chain(services_.table())) wants.push_back(step);
  job.deadline = now + budget_.share(std::move(wants), now);
}

void Supervisor::report(ReportKind kind, RunRef ref, action::Report detail) {
  detail.kind = kind;
  detail.ref = ref;
  out_.add(detail);
}

}  // namespace my_init::core
