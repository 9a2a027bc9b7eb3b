#include "my_init/app/launch.hpp"

#include <fnmatch.h>
#include <sys/auxv.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "my_init/app/probe.hpp"

namespace my_init::app {
namespace {

constexpr std::string_view kMarker = "MY_INIT_SERVICE";
constexpr std::string_view kListenPid = "LISTEN_PID";

bool is_inherited(const config::InheritEnvironment& inherit, std::string_view name) {
  if (inherit.all) return true;
  const std::string text(name);
  return std::ranges::any_of(inherit.patterns, [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
  });
}

std::string assignment(std::string_view name, std::string_view value) {
  std::string line(name);
  line += '=';
  line += value;
  return line;
}

}  // namespace

EnvironmentLines::EnvironmentLines(const config::Environment& environment) {
  lines_.reserve(environment.size());
  for (const auto& [name, value] : environment)
    lines_.push_back({assignment(name, value), name.size()});
}

Launch::Launch(const Programs& programs, std::shared_ptr<const EnvironmentLines> environment,
               const LaunchSettings& settings, core::Subject subject, LaunchExtras extras)
    : environment_(std::move(environment)), extras_(std::move(extras)) {
  switch (subject.kind) {
    case core::SubjectKind::service:
      plan_.standard_input =
          extras_.standard_input >= 0 ? extras_.standard_input : settings.empty_input;
      plan_.standard_output = extras_.standard_output;
      plan_.standard_error = extras_.standard_error;
      plan_.passed = extras_.passed;
      if (!extras_.cgroup.empty()) plan_.cgroup = extras_.cgroup.c_str();
      prepare_service(programs.services[subject.index], programs.service_names[subject.index]);
      command_ = programs.services[subject.index].command;
      prepare_command(command_);
      break;
    case core::SubjectKind::pre_start_hook:
    case core::SubjectKind::post_start_hook:
    case core::SubjectKind::pre_stop_hook:
    case core::SubjectKind::post_stop_hook:
    case core::SubjectKind::reload_command:
    case core::SubjectKind::readiness_probe:
    case core::SubjectKind::health_probe:
      plan_.standard_input = settings.empty_input;
      plan_.standard_output = extras_.standard_output;
      plan_.standard_error = extras_.standard_error;
      prepare_beside(programs, subject);
      break;
    case core::SubjectKind::main_command:
      // Its cwd is the image's WORKDIR and its input ours; with a terminal it gets the foreground.
      plan_.session =
          settings.terminal >= 0 ? os::SpawnSession::foreground_group : os::SpawnSession::own_group;
      plan_.terminal = settings.terminal;
      plan_.umask = settings.main_umask;
      use_whole_environment();
      prepare_command(programs.main_command);
      break;
    case core::SubjectKind::startup_file:
    case core::SubjectKind::pre_shutdown_hook:
    case core::SubjectKind::post_shutdown_hook: {
      const std::string& path = programs.files(subject.kind)[subject.index];
      plan_.working_directory = "/";
      use_whole_environment();
      plan_.arguments.push_back(path.c_str());
      candidates_.push_back(path);
      break;
    }
  }
  finish(settings);
}

std::string Launch::candidate(std::uint32_t index) const {
  std::string path = index < candidates_.size() ? candidates_[index] : plan_.arguments.front();
  if (path.starts_with("./")) path.replace(0, 1, plan_.working_directory);
  return path;
}

void Launch::prepare_service(const config::Execution& execution, const std::string& name) {
  working_directory_ = execution.working_dir.empty() ? "/" : execution.working_dir;
  plan_.working_directory = working_directory_.c_str();
  plan_.umask = execution.umask;
  plan_.capabilities = execution.capabilities;
  plan_.required_capabilities = execution.details->required_capabilities;
  plan_.no_new_privileges = execution.no_new_privileges;
  plan_.nice = execution.details->nice;
  plan_.oom_score_adj = execution.details->oom_score_adj;
  for (const config::ResourceLimit& limit : execution.details->ulimits)
    limits_.push_back({limit.resource, limit.soft, limit.hard});
  prepare_identity(execution);
  prepare_environment(execution, name);
}

/// As the service itself, with another command. A probe of an address is a program of ours.
void Launch::prepare_beside(const Programs& programs, core::Subject subject) {
  prepare_service(programs.services[subject.index], programs.service_names[subject.index]);
  command_ = programs.command_beside(subject);
  command_.insert(command_.end(), extras_.arguments.begin(), extras_.arguments.end());
  prepare_command(command_);
  if (command_.front() != kProbeProgram) return;
  candidates_ = {"/proc/self/exe"};
  // Where there is no /proc: the path that we were executed by.
  // getauxval(3) gives addresses as numbers. NOLINTNEXTLINE(performance-no-int-to-ptr)
  const auto* const path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (path != nullptr) candidates_.emplace_back(path);
}

void Launch::prepare_identity(const config::Execution& execution) {
  if (execution.identity) {
    plan_.change_identity = true;
    plan_.uid = execution.identity->account.uid;
    plan_.gid = execution.identity->account.gid;
    groups_ = execution.identity->groups;
  } else if (!execution.extra_groups.empty()) {
    plan_.set_groups = true;
    groups_ = execution.extra_groups;
  }
  plan_.groups = groups_;
}

/// The container's environment, then the definition's own, then what belongs to the user, then our
/// marker (SERVICE_FORMAT, "Resulting environment").
void Launch::prepare_environment(const config::Execution& execution, const std::string& name) {
  const auto is_own = [&](std::string_view wanted) {
    return std::ranges::any_of(execution.environment,
                               [&](const auto& entry) { return entry.first == wanted; });
  };
  constexpr std::size_t kOfUserMarkerAndPid = 6;
  made_.reserve(execution.environment.size() + extras_.environment.size() + kOfUserMarkerAndPid);
  std::vector<std::string_view> hidden{kMarker, kListenPid};
  for (const std::string& line : extras_.environment)
    hidden.push_back(std::string_view(line).substr(0, line.find('=')));
  if (execution.identity) {
    const Account& account = execution.identity->account;
    const std::pair<std::string_view, std::string_view> of_user[] = {
        {"HOME", account.home},
        {"USER", account.name},
        {"LOGNAME", account.name},
        {"SHELL", account.shell},
    };
    for (const auto& [key, value] : of_user) {
      if (is_own(key)) continue;
      hidden.push_back(key);  // the container's value is that of another user
      if (!value.empty()) made_.push_back(assignment(key, value));
    }
  }
  for (const auto& [key, value] : execution.environment) made_.push_back(assignment(key, value));
  for (const std::string& line : extras_.environment) made_.push_back(line);
  if (extras_.tells_pid) {
    made_.push_back(assignment(kListenPid, std::string(os::kPidTextSize, '\0')));
    plan_.listen_pid = made_.back().data() + kListenPid.size() + 1;
  }
  made_.push_back(assignment(kMarker, name));

  plan_.environment.reserve(environment_->lines().size() + made_.size() + 1);
  for (const EnvironmentLines::Line& line : environment_->lines()) {
    if (is_own(line.name()) || std::ranges::find(hidden, line.name()) != hidden.end()) continue;
    if (is_inherited(execution.inherit_environment, line.name()))
      plan_.environment.push_back(line.text.c_str());
  }
  for (const std::string& line : made_) plan_.environment.push_back(line.c_str());
}

void Launch::use_whole_environment() {
  plan_.environment.reserve(environment_->lines().size() + 1);
  for (const EnvironmentLines::Line& line : environment_->lines())
    plan_.environment.push_back(line.text.c_str());
}

void Launch::prepare_command(const std::vector<std::string>& words) {
  for (const std::string& word : words) plan_.arguments.push_back(word.c_str());
  constexpr std::string_view kPath = "PATH=";
  std::string_view search_path;
  for (const std::string_view line : plan_.environment)
    if (line.starts_with(kPath)) search_path = line.substr(kPath.size());
  candidates_ = os::executable_candidates(words.front(), search_path);
}

void Launch::finish(const LaunchSettings& settings) {
  const bool has_own =
      std::ranges::find(limits_, RLIMIT_NOFILE, &os::ResourceLimit::resource) != limits_.end();
  if (settings.descriptors && !has_own) limits_.push_back(*settings.descriptors);
  plan_.limits = limits_;
  for (const std::string& path : candidates_) plan_.candidates.push_back(path.c_str());
  plan_.candidates.push_back(nullptr);
  plan_.arguments.push_back(nullptr);
  plan_.environment.push_back(nullptr);
}

}  // namespace my_init::app
