#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "my_init/app/programs.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/config/load.hpp"
#include "my_init/os/spawn.hpp"

namespace my_init::app {

/// The container's environment as "NAME=value" lines, made once and shared by all starts.
class EnvironmentLines {
 public:
  EnvironmentLines() = default;
  explicit EnvironmentLines(const config::Environment& environment);

  struct Line {
    std::string text;
    std::size_t name_size = 0;
    [[nodiscard]] std::string_view name() const {
      return std::string_view(text).substr(0, name_size);
    }
  };
  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

 private:
  std::vector<Line> lines_;
};

/// Descriptors and places that every start needs.
struct LaunchSettings {
  int empty_input = -1;     ///< at end of file: fd 0 of services
  int terminal = -1;        ///< the controlling terminal, for the main command; -1: none
  mode_t main_umask = 022;  ///< the main command keeps what the runtime gave us
  std::optional<os::ResourceLimit> descriptors;  ///< theirs, when we have raised our own
};

/// What one start is given beside its definition.
struct LaunchExtras {
  std::vector<std::string> arguments;    ///< behind those of the definition
  std::vector<std::string> environment;  ///< "NAME=value"
  std::vector<os::PassedFd> passed;
  bool tells_pid = false;      ///< LISTEN_PID is set
  int standard_input = -1;     ///< -1: empty
  int standard_output = -1;    ///< -1: ours
  int standard_error = -1;     ///< -1: ours
  std::vector<UniqueFd> held;  ///< ends of the child, which are closed once it was forked
  std::string cgroup;          ///< directory of the cgroup to live in; empty: ours
};

/// One start, prepared: a SpawnPlan with everything that its pointers point to. Of a service
/// nothing is borrowed: its definition may become another one while the child has not come to its
/// exec.
class Launch {
 public:
  Launch(const Programs& programs, std::shared_ptr<const EnvironmentLines> environment,
         const LaunchSettings& settings, core::Subject subject, LaunchExtras extras = {});
  Launch(const Launch&) = delete;
  Launch& operator=(const Launch&) = delete;

  [[nodiscard]] const os::SpawnPlan& plan() const { return plan_; }
  /// The path that exec was tried with, for a message: where a definition says "./run", that of
  /// the working directory.
  [[nodiscard]] std::string candidate(std::uint32_t index) const;
  /// Whether the command is a word that was looked for along PATH.
  [[nodiscard]] bool is_searched() const { return candidates_.size() > 1; }

  /// It is to live in our own cgroup after all.
  void leave_cgroup() { plan_.cgroup = nullptr; }

 private:
  void prepare_service(const config::Execution& execution, const std::string& name);
  void prepare_beside(const Programs& programs, core::Subject subject);
  void prepare_identity(const config::Execution& execution);
  void prepare_environment(const config::Execution& execution, const std::string& name);
  void use_whole_environment();
  void prepare_command(const std::vector<std::string>& words);
  void finish(const LaunchSettings& settings);

  std::shared_ptr<const EnvironmentLines> environment_;
  LaunchExtras extras_;
  std::vector<std::string> made_;  ///< "NAME=value" lines of this start alone
  config::Command command_;        ///< of a service, or of what runs beside it
  std::string working_directory_;
  std::vector<gid_t> groups_;
  std::vector<os::ResourceLimit> limits_;
  std::vector<std::string> candidates_;
  os::SpawnPlan plan_;
};

}  // namespace my_init::app
