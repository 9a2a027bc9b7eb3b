#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "my_init/app/executor.hpp"
#include "my_init/app/small_file.hpp"
#include "my_init/os/descriptor_limit.hpp"

// What a start needs before its fork: secrets, sockets, channels; and the daemons that a program
// leaves behind.

namespace my_init::app {
namespace {

constexpr std::size_t kLargestSecret = std::size_t{1} << 20U;
constexpr int kCannotBeStarted = 126;

/// Whether a start that failed so may succeed a little later.
bool may_pass(int number) {
  return number == EAGAIN || number == ENOMEM || number == EMFILE || number == ENFILE;
}

Result<std::string> secret_line(const config::Secret& secret) {
  auto content = read_small_file(secret.path, kLargestSecret);
  if (!content)
    return failure(fmt::format("secret '{}': {}", secret.name, content.error().message));
  if (content->ends_with('\n')) content->pop_back();
  if (content->find('\0') != std::string::npos)
    return failure(fmt::format("secret '{}': '{}' holds a NUL byte, which no variable can",
                               secret.name, secret.path));
  return fmt::format("{}={}", secret.name, *content);
}

Result<std::vector<std::string>> secret_lines(const config::Execution& service) {
  std::vector<std::string> lines;
  for (const config::Secret& secret : service.details->secrets) {
    auto line = secret_line(secret);
    if (!line) return std::unexpected(line.error());
    lines.push_back(std::move(*line));
  }
  return lines;
}

}  // namespace

void Executor::use_services() {
  for (std::uint32_t service = 0; service < programs_.services.size(); ++service)
    // What is wrong is told when the service starts, which tries again.
    static_cast<void>(sockets_.open(service));
  logs_.use_services();
  make_room_for_descriptors();
}

/// Two pipes for each service that is read, and some for all else.
void Executor::make_room_for_descriptors() {
  constexpr std::size_t kOfOne = 4;
  constexpr std::size_t kOfUs = 64;
  if (logs_.read_services() == 0) return;
  const auto before = os::make_room_for_descriptors(logs_.read_services() * kOfOne + kOfUs);
  if (before && !settings_.descriptors) settings_.descriptors = before;
}

void Executor::use_service(std::uint32_t service, const config::Execution& before) {
  sockets_.replace(service, before.details->listen);
  static_cast<void>(sockets_.open(service));
  logs_.use_service(service);
  make_room_for_descriptors();
}

void Executor::forget_service(std::uint32_t service) {
  runit_runs_.forget(service);
  sockets_.forget(service);
  logs_.forget_service(service);
  channels_.forget(service);
  probe_output_.forget(service);
  daemons_.forget(service);
  start_failures_.erase(service);
}

/// A start that only its cgroup is in the way of happens without it.
Result<os::Spawned> Executor::spawn_launch(Launch& launch, core::RunRef ref) {
  Result<os::Spawned> spawned = children_.spawn(launch.plan(), ref.run);
  if (spawned || launch.plan().cgroup == nullptr || may_pass(spawned.error().number))
    return spawned;
  launch.leave_cgroup();
  Result<os::Spawned> outside = children_.spawn(launch.plan(), ref.run);
  if (outside)
    cgroups_.give_up(ref.subject.index, fmt::format("cannot start '{}' in its cgroup: {}",
                                                    programs_.name_of(ref.subject),
                                                    errno_text(spawned.error().number)));
  return outside;
}

void Executor::spawn(core::RunRef ref) {
  Result<LaunchExtras> extras;
  if (ref.subject.kind == core::SubjectKind::service) {
    extras = extras_of_service(ref);
  } else if (core::is_of_service(ref.subject.kind)) {
    const config::Execution& service = programs_.services[ref.subject.index];
    const bool is_readiness = ref.subject.kind == core::SubjectKind::readiness_probe;
    if (is_readiness && service.details->ready.probe.kind == config::Probe::Kind::file) {
      look_at_file(ref, service.details->ready.probe.target);
      return;
    }
    extras = extras_of_command_beside(ref);
  }
  if (extras) {
    start(ref, std::move(*extras));
  } else {
    fail_preparation(ref, extras.error());
  }
}

/// A hook or a probe is the service's own: it gets the secrets, too.
Result<LaunchExtras> Executor::extras_of_command_beside(core::RunRef ref) {
  auto secrets = secret_lines(programs_.services[ref.subject.index]);
  if (!secrets) return std::unexpected(secrets.error());
  LaunchExtras extras;
  extras.environment = std::move(*secrets);
  if (!core::is_probe(ref.subject.kind)) {
    if (auto opened = open_output(ref, extras); !opened) return std::unexpected(opened.error());
  } else if (Result<UniqueFd> output = probe_output_.open(ref.subject.index)) {
    extras.standard_output = extras.standard_error = output->get();
    extras.held.push_back(std::move(*output));
  }
  return extras;
}

/// Where what the run writes goes, unless that is the container's own output.
Result<void> Executor::open_output(core::RunRef ref, LaunchExtras& extras) {
  auto pipes = logs_.open(ref);
  if (!pipes) return std::unexpected(pipes.error());
  if (*pipes) {
    extras.standard_output = (*pipes)->out.get();
    extras.standard_error = (*pipes)->err.get();
    extras.held.push_back(std::move((*pipes)->out));
    extras.held.push_back(std::move((*pipes)->err));
  }
  return runit_runs_.prepare(ref, extras);
}

Result<LaunchExtras> Executor::extras_of_service(core::RunRef ref) {
  const std::uint32_t service = ref.subject.index;
  const config::Execution& execution = programs_.services[service];
  probe_output_.forget(service);
  if (programs_.asked[service].type == core::ServiceType::forking) daemons_.begin(service);
  LaunchExtras extras;
  if (auto opened = sockets_.open(service); !opened) return std::unexpected(opened.error());
  auto secrets = secret_lines(execution);
  if (!secrets) return std::unexpected(secrets.error());
  extras.environment = std::move(*secrets);
  std::string names;
  int next = 3;  // SD_LISTEN_FDS_START of sd_listen_fds(3)
  const auto pass = [&](std::string_view name, int fd) {
    extras.passed.push_back({fd, next++});
    names += fmt::format("{}{}", names.empty() ? "" : ":", name);
  };
  for (const ServiceSockets::Named& socket : sockets_.of(service)) pass(socket.name, socket.fd);
  for (const auto& [name, fd] : channels_.stored(service)) pass(name, fd.get());
  if (!extras.passed.empty()) {
    extras.tells_pid = true;
    extras.environment.push_back(fmt::format("LISTEN_FDS={}", extras.passed.size()));
    extras.environment.push_back("LISTEN_FDNAMES=" + names);
  }
  auto ends = channels_.open(ref);
  if (!ends) return std::unexpected(ends.error());
  extras.held.push_back(std::move(ends->pipe));
  for (std::string& line : ends->environment) extras.environment.push_back(std::move(line));
  for (const os::PassedFd& passed : ends->passed) extras.passed.push_back(passed);
  if (auto opened = open_output(ref, extras); !opened) return std::unexpected(opened.error());
  extras.cgroup = cgroups_.make(service);
  if (programs_.asked[service].ready == core::ReadyWay::file)
    ::unlink(execution.details->ready.probe.target.c_str());
  return extras;
}

void Executor::look_at_file(core::RunRef ref, const std::string& path) {
  const bool exists = ::access(path.c_str(), F_OK) == 0;
  inbox_.push(core::event::Exited{ref, ExitStatus::exited(exists ? 0 : 1)});
}

void Executor::fail_preparation(const core::RunRef& ref, const Error& error) {
  const std::string name = programs_.name_of(ref.subject);
  if (ref.subject.kind == core::SubjectKind::service)
    start_failures_[ref.subject.index] = error.message;
  log_.write(LogLevel::error, "cannot_start",
             fmt::format("cannot start '{}': {}", name, error.message), {{"service", name}});
  inbox_.push(core::event::SpawnFailed{
      ref, may_pass(error.number) ? core::event::Retry::worthwhile : core::event::Retry::pointless,
      kCannotBeStarted});
}

void Executor::find_daemon(core::RunRef ref) {
  if (!daemons_.find(ref, leftovers_.strays())) return;
  leftovers_.unfollow(ref.run);
  runs_.set(ref.run, Run{ref, {}, {}});
  inbox_.push_first(core::event::DaemonFound{ref});
}

void Executor::acknowledge() {
  for (const core::RunRef& ref : channels_.take_renamed()) follow_main_pid(ref);
  channels_.acknowledge();
}

/// MAINPID= counts at once when that process is a child of ours by now; of one that is not we would
/// not learn its end, and it counts when the first process has ended.
void Executor::follow_main_pid(const core::RunRef& ref) {
  const Run* const found = runs_.find(ref.run);
  const std::uint32_t service = ref.subject.index;
  const std::optional<pid_t> named = channels_.main_pid_of(service);
  if (found == nullptr || found->exec_pipe || !named) return;
  children_.replace(ref.run, *named, programs_.service_names[service]);
}

/// Whether the service has named another process of its own as the main one (MAINPID=): its end is
/// that of the run.
bool Executor::has_new_main_process(const os::ChildExit& exit) {
  const Run* const found = runs_.find(exit.run);
  if (found == nullptr || found->ref.subject.kind != core::SubjectKind::service) return false;
  const std::uint32_t service = found->ref.subject.index;
  const std::optional<pid_t> named = channels_.main_pid_of(service);
  return named && children_.adopt(exit.run, *named, programs_.service_names[service]);
}

std::string Executor::reason(std::uint32_t service) {
  const std::string daemon = daemons_.why_not(service);
  return daemon.empty() ? probe_output_.last_line(service) : daemon;
}

}  // namespace my_init::app
