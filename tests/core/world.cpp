#include "world.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <utility>

#include "catch.hpp"

namespace my_init::core {
namespace {

constexpr std::array<std::pair<std::string_view, SubjectKind>, 3> kFileKinds{{
    {"startup/", SubjectKind::startup_file},
    {"pre/", SubjectKind::pre_shutdown_hook},
    {"post/", SubjectKind::post_shutdown_hook},
}};

constexpr std::array<std::pair<std::string_view, SubjectKind>, 7> kAsides{{
    {".pre_start", SubjectKind::pre_start_hook},
    {".post_start", SubjectKind::post_start_hook},
    {".pre_stop", SubjectKind::pre_stop_hook},
    {".post_stop", SubjectKind::post_stop_hook},
    {".reload", SubjectKind::reload_command},
    {".ready", SubjectKind::readiness_probe},
    {".health", SubjectKind::health_probe},
}};

std::size_t index_of_kind(SubjectKind kind) {
  return static_cast<std::size_t>(kind);
}

std::vector<ServiceSpec> specs_of(const std::vector<Define>& services) {
  std::vector<ServiceSpec> specs;
  specs.reserve(services.size());
  for (const Define& service : services) specs.push_back(service.spec());
  return specs;
}

}  // namespace

World::World(std::vector<Define> services, Settings settings)
    : definitions_(specs_of(services)),
      settings_(settings),
      supervisor_(settings),
      invariants_(settings.run_services ? definitions_.specs() : std::vector<ServiceSpec>(),
                  settings) {
  behaviours_[index_of_kind(SubjectKind::service)].resize(definitions_.specs().size());
}

// --- Names ---

Subject World::subject(std::string_view name) const {
  if (name == "main") return {SubjectKind::main_command, 0};
  for (const auto& [prefix, kind] : kFileKinds) {
    if (!name.starts_with(prefix)) continue;
    std::uint32_t index = 0;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), index);
    return {kind, index};
  }
  const auto index = [this](std::string_view service) {
    return static_cast<std::uint32_t>(index_of(id(service)));
  };
  for (const auto& [suffix, kind] : kAsides) {
    const std::size_t at = name.find(suffix);
    if (at == std::string_view::npos) continue;
    const std::string_view part = name.substr(at + suffix.size());
    const auto number = part.empty() ? 0 : std::stoi(std::string(part.substr(1)));
    return {kind, index(name.substr(0, at)), static_cast<std::uint16_t>(number)};
  }
  return {SubjectKind::service, index(name)};
}

std::string World::name_of(Subject subject) const {
  if (subject.kind == SubjectKind::main_command) return "main";
  for (const auto& [prefix, kind] : kFileKinds)
    if (subject.kind == kind) return std::string(prefix) + std::to_string(subject.index);
  const std::string& service = definitions_.specs().at(subject.index).name;
  for (const auto& [suffix, kind] : kAsides)
    if (subject.kind == kind)
      return service + std::string(suffix) +
             (subject.part == 0 ? "" : "/" + std::to_string(subject.part));
  return service;
}

ServiceId World::id(std::string_view name) const {
  const std::vector<ServiceSpec>& specs = definitions_.specs();
  const auto found = std::ranges::find(specs, name, &ServiceSpec::name);
  if (found == specs.end()) FAIL("the world has no service named " << name);
  return static_cast<ServiceId>(found - specs.begin());
}

Behaviour& World::behaviour(Subject subject) {
  auto& of_kind = behaviours_[index_of_kind(subject.kind)];
  Behaviour usual;
  if (by_hand_) {
    usual = {.spawn = Behaviour::Spawn::unanswered, .unkillable = true};
  } else if (is_service_hook(subject.kind) || is_probe(subject.kind)) {
    usual.ends_at_once = ExitStatus::exited(0);
  }
  if (of_kind.size() <= subject.index) of_kind.resize(subject.index + 1, usual);
  return of_kind[subject.index];
}

Behaviour& World::behaviour(std::string_view name) {
  return behaviour(subject(name));
}

void World::set_files(SubjectKind kind, std::uint32_t count) {
  files_[index_of_kind(kind)] = count;
}

Run& World::latest(std::string_view name) {
  const Subject wanted = subject(name);
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run)
    if (run->ref.subject == wanted) return *run;
  FAIL(name << " was never started");
  return runs_.front();
}

// --- What happens ---

void World::decide_by_hand() {
  by_hand_ = true;
  for (auto& of_kind : behaviours_) of_kind.clear();
}

World& World::boot() {
  send(event::Booted{});
  return *this;
}

void World::send(const Event& event) {
  deliver(event);
  while (!answers_.empty()) {
    const Event next = std::move(answers_.front());
    answers_.pop_front();
    deliver(next);
  }
}

/// What the core is told is true, and from now on it knows.
void World::note_what_is_told(const Event& event) {
  const auto run_of = [this](const RunRef& ref) {
    const auto found = std::ranges::find(runs_, ref, &Run::ref);
    return found == runs_.end() || found->end_known ? nullptr : &*found;
  };
  if (const auto* replaced = std::get_if<event::ConfigReplaced>(&event)) {
    if (stage() == Stage::running && settings_.run_services) definitions_.note(*replaced);
  } else if (const auto* exited = std::get_if<event::Exited>(&event)) {
    Run* const run = run_of(exited->ref);
    if (run == nullptr) return;
    const Subject subject = run->ref.subject;
    const bool swept = subject.kind == SubjectKind::service &&
                       definitions_.specs()[subject.index].kill_mode != KillMode::process;
    run->alive = false;
    run->others = exited->leftovers == event::Leftovers::some;
    run->others_known_gone = !swept || !run->others;
    run->end_known = true;
  } else if (const auto* failed = std::get_if<event::SpawnFailed>(&event)) {
    Run* const run = run_of(failed->ref);
    if (run == nullptr) return;
    run->alive = false;
    run->end_known = true;
  } else if (const auto* found = std::get_if<event::DaemonFound>(&event)) {
    for (Run& run : runs_) {
      if (run.ref != found->ref) continue;
      run.alive = true;
      run.others = run.end_known = false;
      run.others_known_gone = true;
    }
  } else if (const auto* gone = std::get_if<event::LeftoversGone>(&event)) {
    for (Run& run : runs_) {
      if (run.ref != gone->ref || !run.end_known) continue;
      run.others = false;
      run.others_known_gone = true;
    }
  }
}

void World::deliver(const Event& event) {
  if (exit_code_) return;  // nobody is there any more
  note_what_is_told(event);
  invariants_.expect(event, supervisor_, now_);
  for (const Action& action : supervisor_.handle(event, now_)) {
    invariants_.check(action, runs_, supervisor_, now_);
    journal_.push_back({now_, action});
    carry_out(action);
  }
  notice_that_everyone_is_gone();
  invariants_.check(runs_, supervisor_, now_);
}

void World::carry_out(const Action& action) {
  if (const auto* list = std::get_if<action::ListFiles>(&action)) {
    answer(event::FilesListed{list->kind, files_[index_of_kind(list->kind)]});
  } else if (std::holds_alternative<action::LoadDefinitions>(action)) {
    if (refused_) {
      answer(event::DefinitionsRefused{});
    } else {
      answer(event::DefinitionsLoaded{definitions_.specs(), settings_});
    }
  } else if (const auto* spawn = std::get_if<action::Spawn>(&action)) {
    on_spawn(*spawn);
  } else if (const auto* signal = std::get_if<action::Signal>(&action)) {
    for (Run& run : runs_)
      if (run.ref == signal->ref) on_signal(run, signal->signo, signal->target);
  } else if (const auto* everyone = std::get_if<action::KillEveryone>(&action)) {
    on_kill_everyone(everyone->signo);
  } else if (const auto* use = std::get_if<action::UseDefinition>(&action)) {
    definitions_.note(*use);
  } else if (const auto* forget = std::get_if<action::ForgetService>(&action)) {
    definitions_.note(*forget);
  } else if (const auto* finish = std::get_if<action::Finish>(&action)) {
    exit_code_ = finish->exit_code;
  }
}

void World::on_spawn(const action::Spawn& spawn) {
  const Behaviour how = behaviour(spawn.ref.subject);
  Run& run = runs_.emplace_back(Run{.ref = spawn.ref});
  switch (how.spawn) {
    case Behaviour::Spawn::works:
      answer(event::Started{spawn.ref});
      if (how.ends_at_once) main_process_ends(run, *how.ends_at_once);
      break;
    case Behaviour::Spawn::unanswered:
      break;
    case Behaviour::Spawn::refused_for_now:
      run.alive = false;
      answer(event::SpawnFailed{spawn.ref, event::Retry::worthwhile, 126});
      break;
    case Behaviour::Spawn::not_found:
      run.alive = false;
      answer(event::SpawnFailed{spawn.ref, event::Retry::pointless, 127});
      break;
  }
}

void World::on_signal(Run& run, int signo, action::Target target) {
  if (signo == SIGCONT) return;
  const Behaviour how = behaviour(run.ref.subject);
  const bool kills = signo == SIGKILL;
  run.told_to_stop = true;
  run.told_to_die = run.told_to_die || kills;
  if (how.unkillable) return;
  if (target != action::Target::process && run.others && (kills || !how.others_ignore_stop))
    others_end(run);
  if (target == action::Target::leftovers || !run.alive) return;
  if (kills && target == action::Target::group) run.others = false;
  if (kills) {
    main_process_ends(run, ExitStatus::signaled(SIGKILL));
  } else if (!how.ignores_stop) {
    main_process_ends(run, how.ends_with);
  }
}

void World::main_process_ends(Run& run, const ExitStatus& status) {
  const Behaviour how = behaviour(run.ref.subject);
  run.alive = false;
  run.others = run.others || (how.leaves_others && status != ExitStatus::signaled(SIGKILL));
  answer(
      event::Exited{run.ref, status, run.others ? event::Leftovers::some : event::Leftovers::none});
}

void World::others_end(Run& run) {
  run.others = false;
  if (!run.alive) answer(event::LeftoversGone{run.ref});
}

void World::on_kill_everyone(int signo) {
  everyone_told_ = true;
  if (signo == SIGKILL) strays_ = false;
  for (Run& run : runs_) on_signal(run, signo, action::Target::group);
}

/// The answer to KillEveryone comes when no process is left, once.
void World::notice_that_everyone_is_gone() {
  if (!everyone_told_ || strays_ || !answers_.empty()) return;
  if (std::ranges::any_of(runs_, [](const Run& run) { return run.alive || run.others; })) return;
  everyone_told_ = false;
  answer(event::EveryoneGone{});
}

void World::exit(std::string_view name, int code) {
  send(event::Exited{latest(name).ref, ExitStatus::exited(code)});
}

void World::die(std::string_view name, int signo) {
  send(event::Exited{latest(name).ref, ExitStatus::signaled(signo)});
}

void World::exit_leaving_others(std::string_view name, int code) {
  send(event::Exited{latest(name).ref, ExitStatus::exited(code), event::Leftovers::some});
}

void World::others_gone(std::string_view name) {
  send(event::LeftoversGone{latest(name).ref});
}

void World::start(std::string_view name) {
  send(event::StartRequested{id(name)});
}

void World::stop(std::string_view name) {
  send(event::StopRequested{id(name)});
}

void World::restart(std::string_view name) {
  send(event::RestartRequested{id(name)});
}

void World::reload(std::string_view name) {
  send(event::ReloadRequested{id(name)});
}

void World::replace(const std::vector<Define>& services,
                    const std::vector<std::string>& restarted) {
  event::ConfigReplaced event = definitions_.replacement(specs_of(services), restarted);
  event.shutdown_timeout = settings_.shutdown_timeout;
  send(event);
}

void World::is_due(std::string_view name) {
  send(event::ScheduleDue{id(name)});
}

void World::says_ready(std::string_view name) {
  send(event::Ready{latest(name).ref});
}

void World::pings(std::string_view name) {
  send(event::SignOfLife{latest(name).ref});
}

void World::extends(std::string_view name, Duration by) {
  send(event::TimeoutExtended{latest(name).ref, by});
}

void World::daemon_found(std::string_view name) {
  send(event::DaemonFound{latest(name).ref});
}

void World::shut_down(int signo) {
  send(event::ShutdownRequested{signo, 0});
}

void World::advance(Duration duration) {
  const TimePoint until = now_ + duration;
  for (auto next = supervisor_.next_deadline(); next && *next <= until;
       next = supervisor_.next_deadline()) {
    now_ = std::max(now_, *next);
    send(event::TimeAdvanced{});
  }
  freeze(until - now_);
}

void World::freeze(Duration duration) {
  now_ += duration;
  send(event::TimeAdvanced{});
}

void World::run_to_the_end() {
  for (int turn = 0; turn < 10000 && !exit_code_; ++turn) {
    const auto next = supervisor_.next_deadline();
    if (!next) return;
    now_ = std::max(now_, *next);
    send(event::TimeAdvanced{});
  }
}

void World::everyone_obeys() {
  strays_ = false;
  by_hand_ = false;
  for (auto& of_kind : behaviours_) of_kind.clear();
  const bool everyone_must = everyone_told_;
  for (Run& run : runs_) {
    if (run.alive && (run.told_to_stop || everyone_must))
      main_process_ends(run, ExitStatus::signaled(SIGTERM));
    else if (run.others && run.told_to_stop)
      others_end(run);
  }
  send(event::TimeAdvanced{});
}

void World::forget_history() {
  std::erase_if(runs_, [](const Run& run) {
    return !run.alive && !run.others && run.end_known && run.others_known_gone;
  });
  journal_.clear();
  news_from_ = 0;
}

}  // namespace my_init::core
