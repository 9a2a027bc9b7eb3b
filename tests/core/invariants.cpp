#include "invariants.hpp"

#include <algorithm>

#include "catch.hpp"

namespace my_init::core {
namespace {

const Run* find_run(const std::vector<Run>& runs, RunId id) {
  const auto found = std::ranges::find(runs, id, [](const Run& run) { return run.ref.run; });
  return found == runs.end() ? nullptr : &*found;
}

/// What may still be spawned on the way down.
bool is_stop_hook(SubjectKind kind) {
  return kind == SubjectKind::pre_shutdown_hook || kind == SubjectKind::post_shutdown_hook ||
         kind == SubjectKind::pre_stop_hook || kind == SubjectKind::post_stop_hook;
}

/// Whether two runs may not be alive at once: the same subject, two hooks or two probes of a
/// service.
bool exclude_each_other(const Subject& a, const Subject& b) {
  const bool alike = (is_service_hook(a.kind) && is_service_hook(b.kind)) ||
                     (is_probe(a.kind) && is_probe(b.kind));
  return a == b || (alike && a.index == b.index);
}

/// Whether this news of a service may be what a shutdown begins with.
bool ends_container(ReportKind kind, const ServiceSpec& spec) {
  // One that is skipped ends it only where another one's failure is behind that.
  const bool ended = kind == ReportKind::completed || kind == ReportKind::failed;
  // on-failure:N has a limit of its own, which ends nothing but the service.
  const bool limited = kind == ReportKind::limit_reached && spec.restart.max_retries == 0;
  const bool sick = kind == ReportKind::unhealthy || kind == ReportKind::watchdog_missed ||
                    kind == ReportKind::watchdog_triggered;
  return (ended && spec.essential) ||
         (sick && spec.healthcheck && spec.healthcheck->on_failure == OnUnhealthy::shutdown) ||
         (limited && spec.restart_limit.then == LimitEnd::shutdown);
}

/// A definition that is not in force yet waits for a run to come to a point where it can be used.
bool phase_fits_change(const ServiceState& state) {
  switch (state.change) {
    case ServiceState::Change::none:
      return true;
    case ServiceState::Change::adapt:
      return state.phase == Phase::starting || state.phase == Phase::stopping || state.hook.alive();
    case ServiceState::Change::replace:
      return is_live(state.phase);
    case ServiceState::Change::remove:
      return is_live(state.phase) || state.probe.alive();
  }
  return false;
}

}  // namespace

Invariants::Invariants(const std::vector<ServiceSpec>& specs, const Settings& settings)
    : specs_(specs), vanishing_(specs.size()), settings_(settings), restarts_(specs.size()) {
  connect();
}

/// What vanishes keeps what it depended on.
void Invariants::connect() {
  depends_on_.resize(specs_.size());
  dependents_.assign(specs_.size(), {});
  std::map<std::string_view, std::uint32_t> places;
  for (std::uint32_t i = 0; i < specs_.size(); ++i)
    if (!vanishing_[i]) places.emplace(specs_[i].name, i);
  for (std::uint32_t i = 0; i < specs_.size(); ++i) {
    if (!vanishing_[i]) {
      depends_on_[i].clear();
      for (const Dependency& dependency : specs_[i].depends_on)
        if (const auto found = places.find(dependency.service); found != places.end())
          depends_on_[i].push_back(found->second);
    }
    for (const std::uint32_t on : depends_on_[i]) dependents_[on].push_back(i);
  }
}

/// Dependencies count at once, all else when the core says so.
void Invariants::on_replaced(const event::ConfigReplaced& event) {
  for (const ServiceId id : event.removed) vanishing_[index_of(id)] = true;
  for (const event::DefinitionChange& change : event.changes) {
    const auto place = static_cast<std::uint32_t>(index_of(change.service));
    if (place >= specs_.size()) {
      specs_.resize(place + 1, {.enabled = false});
      vanishing_.resize(place + 1);
      restarts_.resize(place + 1);
    }
    vanishing_[place] = false;
    specs_[place].name = change.spec.name;
    specs_[place].depends_on = change.spec.depends_on;
    next_specs_[place] = change.spec;
  }
  connect();
  settings_.shutdown_timeout = event.shutdown_timeout;
}

void Invariants::on_definition(const Action& action) {
  if (const auto* use = std::get_if<action::UseDefinition>(&action)) {
    const auto place = static_cast<std::uint32_t>(index_of(use->service));
    const auto next = next_specs_.find(place);
    require(next != next_specs_.end(), "a definition is taken up once", place);
    if (next == next_specs_.end()) return;
    specs_[place] = next->second;
    restarts_[place].clear();
    next_specs_.erase(next);
  } else if (const auto* forget = std::get_if<action::ForgetService>(&action)) {
    const auto place = static_cast<std::uint32_t>(index_of(forget->service));
    require(vanishing_[place], "what vanishes was removed", place);
    specs_[place] = {.enabled = false};
    restarts_[place].clear();
  }
}

void Invariants::require(bool holds, const char* rule, std::uint32_t service) const {
  if (holds) return;
  const std::string name = service < specs_.size() ? specs_[service].name : "";
  FAIL_CHECK("invariant broken: " << rule << " (" << name << ")");
}

bool Invariants::going_down(Stage stage) {
  return stage >= Stage::pre_shutdown;
}

void Invariants::expect(const Event& event, const Supervisor& supervisor, TimePoint now) {
  const auto& states = *supervisor.snapshot().states;
  states_before_.assign(states.begin(), states.end());
  told_.reset();
  if (std::holds_alternative<event::TimeAdvanced>(event)) told_.emplace();
  retry_of_spawn_ = false;
  end_decided_ = false;
  const auto next = supervisor.next_deadline();
  if (next && *next < now) overslept_ = true;
  if (std::holds_alternative<event::ShutdownRequested>(event) && !shutdown_at_) shutdown_at_ = now;
  if (const auto* replaced = std::get_if<event::ConfigReplaced>(&event))
    if (supervisor.snapshot().stage == Stage::running && settings_.run_services)
      on_replaced(*replaced);
  if (std::holds_alternative<event::ForcedShutdownRequested>(event)) forced_ = true;
  if (const auto* failed = std::get_if<event::SpawnFailed>(&event))
    retry_of_spawn_ = failed->retry == event::Retry::worthwhile;
  if (const auto* start = std::get_if<event::StartRequested>(&event))
    restarts_[index_of(start->service)].clear();
  if (const auto* restart = std::get_if<event::RestartRequested>(&event))
    restarts_[index_of(restart->service)].clear();
}

void Invariants::check(const Action& action, const std::vector<Run>& runs,
                       const Supervisor& supervisor, TimePoint now) {
  require(!finished_, "5: finish is the last action");
  on_definition(action);
  if (const auto* spawn = std::get_if<action::Spawn>(&action)) on_spawn(*spawn, runs, supervisor);
  if (const auto* signal = std::get_if<action::Signal>(&action))
    on_signal(*signal, runs, supervisor);
  if (std::holds_alternative<action::Finish>(action)) on_finish(runs, now);
  const auto* report = std::get_if<action::Report>(&action);
  if (report == nullptr) return;
  if (report->kind == ReportKind::restart_planned && !retry_of_spawn_)
    on_restart(report->ref.subject.index, now);
  const std::uint32_t service = report->ref.subject.index;
  if (told_ && is_of_service(report->ref.subject.kind)) told_->insert(service);
  if (report->ref.subject.kind == SubjectKind::service && service < specs_.size())
    end_decided_ = end_decided_ || ends_container(report->kind, specs_[service]);
  if (report->kind == ReportKind::stuck) stuck_.push_back(report->ref.run);
  if (report->kind == ReportKind::stuck && is_service_hook(report->ref.subject.kind))
    given_up_hook_ = true;
  if (report->kind == ReportKind::given_up) given_up_ = true;
}

void Invariants::on_spawn(const action::Spawn& spawn, const std::vector<Run>& runs,
                          const Supervisor& supervisor) {
  const Subject subject = spawn.ref.subject;
  const bool down =
      shutdown_at_.has_value() || (end_decided_ && going_down(supervisor.snapshot().stage));
  require(!down || is_stop_hook(subject.kind), "5: on the way down nothing but hooks is spawned");
  require(!forced_, "5: after a forced shutdown nothing is spawned at all");
  require(find_run(runs, spawn.ref.run) == nullptr, "1: a run id is never used again");
  for (const Run& run : runs)
    require(!exclude_each_other(run.ref.subject, subject) ||
                (run.end_known && run.others_known_gone) ||
                std::ranges::count(stuck_, run.ref.run) > 0,
            "1: never two lives", subject.index);
  if (subject.kind == SubjectKind::main_command) main_started_ = true;
  if (!is_of_service(subject.kind)) return;
  const std::uint32_t service = subject.index;
  const bool has_hook = specs_[service].hooks.pre_start > 0;
  const bool begins = has_hook ? subject.kind == SubjectKind::pre_start_hook && subject.part == 0
                               : subject.kind == SubjectKind::service;
  if (!begins) return;
  for (const Dependency& dependency : specs_[service].depends_on)
    require(allows_start(dependency, *supervisor.snapshot().states) || held_until_now(dependency),
            "3: a spawn only when the dependencies allow it", service);
}

bool Invariants::allows_start(const Dependency& dependency,
                              const std::vector<ServiceState>& states) const {
  const Hold holds = hold(dependency, states);
  return dependency.required ? holds == Hold::met : holds != Hold::pending;
}

/// Several deadlines may be over at once: what ends at one of them held at those before it.
bool Invariants::held_until_now(const Dependency& dependency) const {
  const auto found = std::ranges::find(specs_, dependency.service, &ServiceSpec::name);
  const auto index = static_cast<std::uint32_t>(found - specs_.begin());
  return told_ && !told_->contains(index) && allows_start(dependency, states_before_);
}

/// The rule of SERVICE_FORMAT once more, from the phases that an operator sees.
Invariants::Hold Invariants::hold(const Dependency& dependency,
                                  const std::vector<ServiceState>& states) const {
  if (dependency.condition == Condition::ordered) return Hold::met;
  const auto found = std::ranges::find(specs_, dependency.service, &ServiceSpec::name);
  if (found == specs_.end()) return Hold::met;
  const auto index = static_cast<std::size_t>(found - specs_.begin());
  const ServiceState& state = states[index];
  const Phase phase = state.phase;
  if (is_to_be_stopped(state)) return Hold::pending;
  const bool executed = phase == Phase::running || (phase == Phase::starting && state.executed);
  if (executed && dependency.condition == Condition::started) return Hold::met;
  const bool well = state.health == Health::none || state.health == Health::healthy;
  if (phase == Phase::running && well && dependency.condition == Condition::healthy)
    return Hold::met;
  const bool done = phase == Phase::waiting && state.succeeded_before;
  if (done && dependency.condition != Condition::healthy) return Hold::met;
  if (phase == Phase::completed && dependency.condition != Condition::healthy) return Hold::met;
  const bool resting = has_ended_for_good(phase) || phase == Phase::stopped;
  return resting ? Hold::impossible : Hold::pending;
}

void Invariants::on_signal(const action::Signal& signal, const std::vector<Run>& runs,
                           const Supervisor& supervisor) {
  const Run* const run = find_run(runs, signal.ref.run);
  require(run != nullptr && run->ref == signal.ref, "2: a signal goes to a run that was spawned");
  if (run == nullptr) return;
  const std::uint32_t service = signal.ref.subject.index;
  const bool to_others = signal.target == action::Target::leftovers;
  require(to_others ? run->end_known && !run->others_known_gone : !run->end_known,
          "2: never a signal to a run that has ended", service);
  if (signal.ref.subject.kind != SubjectKind::service) return;
  const Snapshot seen = supervisor.snapshot();
  if (seen.stage < Stage::stopping_services || forced_ || to_others) return;
  if (states_before_[service].phase == Phase::stopping) return;  // its stop began earlier
  for (const std::uint32_t dependent : dependents_[service])
    require(!is_live((*seen.states)[dependent].phase),
            "6: a service is stopped after its dependents", service);
}

void Invariants::on_finish(const std::vector<Run>& runs, TimePoint now) {
  finished_ = true;
  const bool limited = settings_.shutdown_timeout > Duration::zero() && shutdown_at_ && !overslept_;
  require(!limited || now <= *shutdown_at_ + settings_.shutdown_timeout,
          "5: the shutdown ends within its budget");
  for (const Run& run : runs) {
    const bool stuck = given_up_ || std::ranges::count(stuck_, run.ref.run) > 0;
    require(!run.alive || stuck, "5: nothing is left alive");
    require(!run.others || stuck || !settings_.kill_everyone, "5: no stray is left");
  }
}

void Invariants::on_restart(std::uint32_t service, TimePoint now) {
  const RestartLimit& limit = specs_[service].restart_limit;
  if (limit.count == 0 || limit.then == LimitEnd::retry_after) return;
  auto& restarts = restarts_[service];
  restarts.push_back(now);
  std::erase_if(restarts, [&](TimePoint at) { return now - at >= limit.window; });
  require(restarts.size() <= limit.count, "7: restarts stay within their limit", service);
}

void Invariants::check(const std::vector<Run>& runs, const Supervisor& supervisor, TimePoint now) {
  const Snapshot seen = supervisor.snapshot();
  if (going_down(seen.stage) && seen.stage != Stage::killing && !shutdown_at_) shutdown_at_ = now;
  require(finished_ == (seen.stage == Stage::finished), "5: finish exactly once");
  const auto next = supervisor.next_deadline();
  std::vector<bool> has_hook(seen.states->size());
  for (const Run& run : runs)
    if (is_service_hook(run.ref.subject.kind) && !run.end_known)
      has_hook[run.ref.subject.index] = true;
  for (std::uint32_t i = 0; i < seen.states->size(); ++i) {
    const ServiceState& state = (*seen.states)[i];
    check_phase(i, state);
    require(finished_ || !state.deadline || (next && *next <= *state.deadline),
            "4: the core asks to be woken at each deadline", i);
    const Run* const run = find_run(runs, state.run);
    const bool over = !has_hook[i] && !state.seeking &&
                      (run == nullptr || (run->end_known && run->others_known_gone));
    const bool stuck = std::ranges::count(stuck_, state.run) > 0 || given_up_hook_;
    require(phase_fits_change(state) || going_down(seen.stage), "a change waits for a run only", i);
    require(is_live(state.phase) == !over || stuck, "the phase says whether a process exists", i);
    require(state.main_alive == (run != nullptr && !run->end_known) || stuck,
            "main_alive says whether the main process exists", i);
  }
  check_progress(supervisor);
}

void Invariants::check_phase(std::uint32_t service, const ServiceState& state) {
  if (state.phase == Phase::backoff) require(state.deadline.has_value(), "4: it wakes up", service);
  const ServiceSpec& spec = specs_[service];
  const bool is_asked = spec.healthcheck || state.watchdog > Duration::zero();
  const bool may_wait = state.phase == Phase::backoff || state.phase == Phase::stopping ||
                        state.hook.alive() || state.probe.alive() ||
                        (state.phase == Phase::starting &&
                         (spec.ready.way != ReadyWay::exec || spec.type == ServiceType::forking)) ||
                        (state.phase == Phase::running && is_asked);
  require(may_wait || !state.deadline, "4: no deadline in a phase that needs none", service);
}

/// Nothing waits for what has happened already.
void Invariants::check_progress(const Supervisor& supervisor) {
  const Snapshot seen = supervisor.snapshot();
  bool busy = false, live = false, unended = false, enabled = false;
  for (std::uint32_t i = 0; i < seen.states->size(); ++i) {
    const Phase phase = (*seen.states)[i].phase;
    busy |= phase == Phase::starting ||
            (phase == Phase::running && specs_[i].type == ServiceType::oneshot);
    live |= is_live(phase) || (*seen.states)[i].probe.alive();
    unended |= !has_ended_for_good(phase);
    enabled |= specs_[i].enabled;
    if (phase != Phase::waiting) continue;
    require(!going_down(seen.stage), "5: nothing waits for a start on the way down", i);
    bool pending = specs_[i].scheduled && !(*seen.states)[i].due;
    for (const Dependency& dependency : specs_[i].depends_on)
      pending |= hold(dependency, *seen.states) == Hold::pending;
    require(pending, "a waiting service has something to wait for", i);
  }
  if (seen.stage == Stage::running && settings_.main_command)
    require(busy || main_started_, "the main command starts when the services have settled");
  if (seen.stage == Stage::running && !settings_.main_command)
    require(unended || !enabled, "the container ends with its last service");
  if (seen.stage == Stage::stopping_services)
    require(live, "the shutdown goes on when the services are gone");
}

}  // namespace my_init::core
