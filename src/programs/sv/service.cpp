#include "service.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "../svctl/connection.hpp"
#include "my_init/app/options.hpp"
#include "my_init/app/small_file.hpp"
#include "my_init/base/result.hpp"

namespace my_init::sv {
namespace {

using protocol::ServiceStatus;

std::string runit_directory() {
  for (const char* name : {"SVDIR", "MY_INIT_RUNIT_DIR"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return app::kRunitDirectory;
}

/// By SIGSTOP.
bool is_paused(pid_t pid) {
  constexpr std::size_t kLongest = 512;
  const auto stat = app::read_beginning(fmt::format("/proc/{}/stat", pid), kLongest);
  if (!stat) return false;
  const std::size_t end = stat->rfind(") ");
  return end != std::string::npos && stat->substr(end + 2, 1) == "T";
}

/// Whether it is to be started at boot.
bool is_normally_up(const ServiceStatus& service) {
  if (service.directory.empty()) return service.enabled;
  return ::access((service.directory + "/down").c_str(), F_OK) != 0;
}

}  // namespace

Snapshot::Snapshot(const svctl::Common& common) {
  svctl::Connection connection(common, protocol::request::Status{});
  all_ = connection.get<protocol::answer::Services>().services;
}

const ServiceStatus* Snapshot::in(std::string_view directory) const {
  const auto found = std::ranges::find(all_, directory, &ServiceStatus::directory);
  return found == all_.end() ? nullptr : &*found;
}

const ServiceStatus* Snapshot::named(std::string_view name) const {
  const auto found = std::ranges::find_if(all_, [name](const ServiceStatus& service) {
    return service.name == name && service.directory.empty();
  });
  return found == all_.end() ? nullptr : &*found;
}

Place place_of(const std::string& word) {
  Place place{.word = word, .directory = {}};
  const bool is_path = word.starts_with('/') || word.starts_with('.');
  const std::string path = is_path ? word : runit_directory() + '/' + word;
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  struct stat status{};
  if (!real || ::stat(real.get(), &status) != 0) {
    place.number = errno;
  } else if (!S_ISDIR(status.st_mode)) {
    place.number = ENOTDIR;
  } else {
    place.directory = real.get();
  }
  return place;
}

const ServiceStatus* find(const Snapshot& snapshot, const Place& place) {
  const auto* const found = place.directory.empty() ? nullptr : snapshot.in(place.directory);
  return found != nullptr ? found : snapshot.named(place.word);
}

std::string line_about(const ServiceStatus& service, std::string_view shown) {
  const bool is_finish = service.pid == 0 && service.hook_pid != 0;
  const pid_t pid = is_finish ? service.hook_pid : service.pid;
  const std::int64_t since = pid != 0 ? service.run_ms : service.since_ms;
  const bool is_up = is_normally_up(service);
  std::string line;
  if (pid != 0) {
    line = fmt::format("{}: {}: (pid {}) ", is_finish ? "finish" : "run", shown, pid);
  } else {
    line = fmt::format("down: {}: ", shown);
  }
  line += fmt::format("{}s", since / 1000);
  if (pid != 0 && !is_up) line += ", normally down";
  if (pid == 0 && is_up) line += ", normally up";
  if (pid != 0 && is_paused(pid)) line += ", paused";
  if (pid == 0 && service.wanted) line += ", want up";
  if (pid != 0 && !service.wanted) line += ", want down";
  if (pid != 0 && service.signalled) line += ", got TERM";
  return line;
}

std::string runit_text(int number) {
  return number == ENOENT ? "file does not exist" : errno_text(number);
}

std::optional<bool> run_script(const std::string& directory, const std::string& script) {
  const std::string path = directory + '/' + script;
  if (::access(path.c_str(), X_OK) != 0) return std::nullopt;
  const pid_t pid = ::fork();
  if (pid < 0) return false;
  if (pid == 0) {
    const std::string word = "./" + script;
    ::close(STDOUT_FILENO);
    ::open("/dev/null", O_WRONLY);
    if (::chdir(directory.c_str()) == 0) ::execl(word.c_str(), word.c_str(), nullptr);
    ::_exit(1);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace my_init::sv
