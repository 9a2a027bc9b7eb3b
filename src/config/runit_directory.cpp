#include "my_init/config/runit_directory.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "my_init/config/service_reader.hpp"

namespace my_init::config {
namespace {

using namespace std::chrono_literals;

/// Names in byte order, without those that begin with a dot.
std::vector<std::string> visible_names_in(const std::string& directory) {
  const auto close = [](DIR* open) { ::closedir(open); };
  const std::unique_ptr<DIR, decltype(close)> stream(::opendir(directory.c_str()), close);
  std::vector<std::string> names;
  if (!stream) return names;
  while (const dirent* const entry = ::readdir(stream.get()))
    if (entry->d_name[0] != '.') names.emplace_back(&entry->d_name[0]);
  std::ranges::sort(names);
  return names;
}

bool is_directory(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

bool is_executable(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0;
}

/// Without links: what the service sees as its working directory.
std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? real.get() : path;
}

/// What a service and its logger have in common.
ServiceDefinition definition_of(std::string name, const std::string& directory, Duration grace) {
  ServiceDefinition definition;
  definition.file = directory;
  core::ServiceSpec& spec = definition.spec;
  spec.name = std::move(name);
  spec.enabled = !exists(directory + "/down");
  spec.restart_backoff = {.initial = 1s,
                          .factor = 1,
                          .max = 1s,
                          .jitter = 0,
                          .reset_after = 1s,
                          .at_once_after_reset = true};
  spec.stop_grace_period = grace;
  definition.execution.command = {"./run"};
  definition.execution.working_dir = real_path(directory);
  return definition;
}

/// The scripts beside `run` that we run at certain times. They are looked for now: one that comes
/// later counts when the definitions are read again.
void add_scripts(const std::string& directory, ServiceDefinition& definition) {
  core::ServiceSpec& spec = definition.spec;
  ExecutionDetails& details = definition.execution.details.edit();
  if (exists(directory + "/finish")) {
    details.post_stop = {{"./finish"}};
    spec.hooks.post_stop = 1;
  }
  if (is_executable(directory + "/control/t")) {
    details.pre_stop = {{"./control/t"}};
    spec.hooks.pre_stop = 1;
    spec.pre_stop_may_signal = true;
  }
  if (is_executable(directory + "/control/h")) {
    details.reload_command = {"./control/h"};
    spec.has_reload_command = true;
  }
  if (is_executable(directory + "/check")) {
    // runit asks only when somebody waits for the answer: what it says restarts nothing.
    details.healthcheck.command = {"./check"};
    spec.healthcheck =
        core::HealthCheck{.start_period = 60s, .on_failure = core::OnUnhealthy::none};
  }
}

void read_directory_into(const std::string& directory, const std::string& name, Duration grace,
                         std::vector<ServiceDefinition>& services) {
  ServiceDefinition service = definition_of(name, directory, grace);
  RunitPart& part = service.execution.details.edit().runit.emplace();
  add_scripts(directory, service);
  const std::string log_directory = directory + "/log";
  if (!exists(log_directory + "/run")) {
    services.push_back(std::move(service));
    return;
  }
  ServiceDefinition logger = definition_of(name + ".log", log_directory, grace);
  logger.execution.details.edit().runit = RunitPart{.logger = {}, .is_logger = true};
  part.logger = logger.spec.name;
  // What it has written last is there to be read when it has ended.
  service.spec.depends_on = {{.service = logger.spec.name,
                              .condition = core::Condition::ordered,
                              .required = false,
                              .restart = false}};
  services.push_back(std::move(service));
  services.push_back(std::move(logger));
}

}  // namespace

RunitServices read_runit_directories(const std::string& parent, Duration grace) {
  RunitServices found;
  for (const std::string& name : visible_names_in(parent)) {
    std::string directory = parent;
    directory.append("/").append(name);
    if (!is_directory(directory)) continue;
    if (!exists(directory + "/run")) {
      found.unfinished.push_back(directory);
    } else if (!is_service_name(name)) {
      found.unnamed.push_back(directory);
    } else {
      read_directory_into(directory, name, grace, found.services);
    }
  }
  return found;
}

}  // namespace my_init::config
