#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "command.hpp"
#include "definitions.hpp"
#include "my_init/app/options.hpp"
#include "my_init/app/supervise.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

constexpr const char* kHere = "./";

/// The directory that a path names, as one text for all its names.
std::string canonical(const std::string& directory) {
  const std::unique_ptr<char, decltype(&std::free)> path(::realpath(directory.c_str(), nullptr),
                                                         &std::free);
  return path ? path.get() : directory;
}

struct FilePath {
  std::string directory;  ///< with a slash at its end
  std::string name;

  explicit FilePath(const std::string& path)
      : directory(path.contains('/') ? path.substr(0, path.rfind('/') + 1) : kHere),
        name(path.substr(path.rfind('/') + 1)) {}
};

/// What is read, and of what is told.
class Scope {
 public:
  explicit Scope(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      struct stat status{};
      if (::stat(path.c_str(), &status) != 0)
        throw Stop{Outcome::usage, fmt::format("cannot check '{}': {}", path, errno_text(errno))};
      if (S_ISDIR(status.st_mode)) {
        told_directories_.insert(canonical(path));
        read(path);
      } else {
        add_file(path);
      }
    }
  }

  [[nodiscard]] const std::vector<std::string>& directories() const { return directories_; }

  [[nodiscard]] bool tells_of(const std::string& path) const {
    if (told_files_.empty()) return true;
    const FilePath file(path);
    const std::string directory = canonical(file.directory);
    return told_directories_.contains(directory) || told_files_.contains({directory, file.name});
  }

 private:
  void read(const std::string& directory) {
    if (read_.insert(canonical(directory)).second) directories_.push_back(directory);
  }

  /// A file is judged together with its neighbours: what it depends on, or overrides, is there.
  void add_file(const std::string& path) {
    const FilePath file(path);
    told_files_.emplace(canonical(file.directory), file.name);
    if (path == app::Settings{}.global_file) return;  // is read anyway
    if (!path.ends_with(".yaml") && !path.ends_with(".yml")) {
      throw Stop{Outcome::usage,
                 fmt::format("cannot check '{}': a definition's name ends in .yaml or .yml", path)};
    }
    read(file.directory);
  }

  std::vector<std::string> directories_;  ///< as they were named, each once
  std::set<std::string> read_;
  std::set<std::string> told_directories_;
  std::set<std::pair<std::string, std::string>> told_files_;  ///< directory and name
};

/// The number of those that were told.
std::ptrdiff_t tell(config::Severity severity, const config::Loaded& loaded, const Scope& scope) {
  std::ptrdiff_t told = 0;
  for (config::Diagnostic diagnostic : loaded.diagnostics) {
    if (diagnostic.severity != severity || !scope.tells_of(diagnostic.file)) continue;
    if (diagnostic.file.starts_with(kHere)) diagnostic.file.erase(0, 2);
    std::fputs(config::render(diagnostic).c_str(), stderr);
    ++told;
  }
  return told;
}

std::string counted(std::ptrdiff_t number, std::string_view what) {
  return fmt::format("{} {}{}", number == 0 ? "no" : std::to_string(number), what,
                     number == 1 ? "" : "s");
}

}  // namespace

void check(const std::vector<std::string>& paths) {
  const Scope scope(paths);
  const app::Survey survey =
      app::survey_definitions(options_for(scope.directories()), app::environment_at_exec());
  for (const std::string& warning : survey.warnings) complain(warning);
  const auto errors = tell(config::Severity::error, survey.loaded, scope);
  const auto warnings = tell(config::Severity::warning, survey.loaded, scope);
  const auto services = std::ranges::count_if(
      survey.loaded.services,
      [&scope](const config::ServiceDefinition& one) { return scope.tells_of(one.file); });
  print(fmt::format("{}, {} in {}\n", counted(errors, "error"), counted(warnings, "warning"),
                    counted(services, "service")));
  if (errors > 0) throw Stop{Outcome::definitions, ""};
}

}  // namespace my_init::svctl
