#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "my_init/base/result.hpp"
#include "my_init/config/definition.hpp"
#include "my_init/config/diagnostic.hpp"
#include "my_init/config/global_settings.hpp"

namespace my_init::config {

/// The container's environment as it is at load time: names and values, byte-exact.
using Environment = std::vector<std::pair<std::string, std::string>>;

/// What the definitions are read from and checked against. The functions are called only while
/// load() runs, in the calling thread.
struct Surroundings {
  std::vector<std::string> services_dirs;    ///< read in this order; one that is missing is empty
  std::string global_file;                   ///< /etc/my_init.yaml; one that is missing is empty
  std::string runit_dir;                     ///< /etc/service; empty: none
  Duration runit_grace{};                    ///< of the services there
  const Environment* environment = nullptr;  ///< for interpolation and MY_INIT_PROFILES
  /// By name or decimal uid; nothing when a *name* is unknown. A uid without entry gives an Account
  /// with an empty name, gid 0 and home /.
  std::function<std::optional<Account>(std::string_view)> find_user;
  /// By name or decimal gid; nothing when a name is unknown.
  std::function<std::optional<gid_t>(std::string_view)> find_group;
  /// Supplementary groups of a user name, without the primary one.
  std::function<std::vector<gid_t>(const Account&)> groups_of;
  /// Whether schedules can follow the time zone of this name; the error says why not.
  std::function<Result<void>(std::string_view)> check_time_zone;
  /// Whether no file can be written at this absolute path because of how its file system is
  /// mounted.
  std::function<bool(const std::string&)> is_read_only;
};

struct Loaded {
  /// In the order of their files' names, then as written. Services whose profiles are not selected
  /// are not in it; those with enabled: false are.
  std::vector<ServiceDefinition> services;
  std::vector<std::string> unfinished;  ///< runit directories that have no `run` yet
  GlobalSettings settings;
  /// All errors and warnings of all files, in the order of files and lines. With an error among
  /// them `services` must not be used.
  std::vector<Diagnostic> diagnostics;

  [[nodiscard]] bool ok() const;
};

/// Reads and checks every definition. Never throws, never writes; reads nothing but the files named
/// in Surroundings and the env_files that they name.
[[nodiscard]] Loaded load(const Surroundings& surroundings);

/// Only /etc/my_init.yaml's settings, for what is needed before the start-up scripts (log format).
/// Its `defaults:` are not checked here but by load().
[[nodiscard]] Loaded load_settings(const std::string& global_file, const Environment& environment);

}  // namespace my_init::config
