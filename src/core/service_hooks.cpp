#include "my_init/core/services.hpp"

#include <cstdint>

// Commands beside a service: what runs before and after its start and its stop, and the one that
// reloads it. At most one at a time, in the order of the definition.

namespace my_init::core {
namespace {

std::uint16_t count_of(SubjectKind kind, const HookCounts& hooks) {
  switch (kind) {
    case SubjectKind::pre_start_hook:
      return hooks.pre_start;
    case SubjectKind::post_start_hook:
      return hooks.post_start;
    case SubjectKind::pre_stop_hook:
      return hooks.pre_stop;
    case SubjectKind::post_stop_hook:
      return hooks.post_stop;
    case SubjectKind::service:
    case SubjectKind::main_command:
    case SubjectKind::startup_file:
    case SubjectKind::pre_shutdown_hook:
    case SubjectKind::post_shutdown_hook:
    case SubjectKind::reload_command:
    case SubjectKind::readiness_probe:
    case SubjectKind::health_probe:
      return 0;
  }
  return 0;
}

}  // namespace

void Services::run_hook(ServiceId id, SubjectKind kind, std::uint16_t part, TimePoint until,
                        Outbox& out) {
  const RunRef ref = out.spawn({kind, static_cast<std::uint32_t>(index_of(id)), part});
  table_.state(id).hook = {ref, false};
  table_.set_due(id, &Dues::hook, until);
}

/// `status`: nothing when it could not be started, which has been told already.
void Services::hook_ended(const RunRef& hook, std::optional<ExitStatus> status, event::Retry retry,
                          TimePoint now, Outbox& out) {
  if (hook.subject.index >= table_.size()) return;
  const ServiceId id{hook.subject.index};
  ServiceState& state = table_.state(id);
  if (!state.hook.alive() || state.hook.ref != hook) return;
  const bool succeeded = status == ExitStatus::exited(0);
  // One that we have ended has been told about already.
  if (status && !succeeded && !state.hook.killed)
    out.add(action::Report{.kind = ReportKind::file_failed, .ref = hook, .status = *status});
  state.hook = {};
  table_.set_due(id, &Dues::hook, kNever);
  const bool has_signalled = succeeded && table_.spec(id).pre_stop_may_signal &&
                             hook.subject.kind == SubjectKind::pre_stop_hook;
  if (state.phase == Phase::stopping) {
    if (has_signalled && state.main_alive) await_end(id, now);
    go_on_stopping(id, now, out);
  } else if (state.phase == Phase::starting) {
    const bool is_first = hook.subject.kind == SubjectKind::pre_start_hook;
    state.last_code = is_first && status ? status->exit_code() : state.last_code;
    if (is_first && !status && retry == event::Retry::worthwhile && mode_ == Mode::up) {
      plan_retry(id, now, out);
      main_ended(id, event::Leftovers::none, now, out);
    } else {
      if (is_first && !status) state.last_code = 127;
      start_hook_ended(id, hook, succeeded, now, out);
    }
  } else {
    take_up_if_safe(id, now, out);
  }
}

void Services::start_hook_ended(ServiceId id, const RunRef& hook, bool succeeded, TimePoint now,
                                Outbox& out) {
  const ServiceSpec& spec = table_.spec(id);
  const SubjectKind kind = hook.subject.kind;
  const bool is_first = kind == SubjectKind::pre_start_hook;
  const auto next = static_cast<std::uint16_t>(hook.subject.part + 1);
  if (kind == SubjectKind::reload_command) return;
  if (is_first && (!succeeded || mode_ != Mode::up)) {
    fail_start(id, now, out);
  } else if (next < count_of(kind, spec.hooks) && mode_ == Mode::up) {
    run_hook(id, kind, next, now + spec.ready.timeout, out);
  } else if (is_first) {
    spawn(id, now, out);
  } else {
    run(id, now, out);
  }
}

void Services::hook_timed_out(ServiceId id, TimePoint now, Outbox& out) {
  ServiceState& state = table_.state(id);
  if (!state.hook.alive()) return;
  const RunRef hook = state.hook.ref;
  if (!state.hook.killed) {
    out.add(action::Report{.kind = ReportKind::file_timed_out, .ref = hook});
    end_hook(id, SIGKILL, out);
    table_.set_due(id, &Dues::hook, now + budget_.patience_after_kill(now));
    return;
  }
  out.add(action::Report{.kind = ReportKind::stuck, .ref = hook});
  hook_ended(hook, ExitStatus::signaled(SIGKILL), event::Retry::pointless, now, out);
}

void Services::end_hook(ServiceId id, int signo, Outbox& out) {
  ServiceState& state = table_.state(id);
  if (!state.hook.alive()) return;
  out.signal(state.hook.ref, signo, action::Target::group);
  if (signo == SIGKILL) {
    state.hook.killed = true;
  } else {
    out.signal(state.hook.ref, SIGCONT, action::Target::group);
  }
}

}  // namespace my_init::core
