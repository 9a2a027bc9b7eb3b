#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/base/log_level.hpp"
#include "my_init/base/result.hpp"
#include "my_init/base/time.hpp"
#include "my_init/config/load.hpp"

namespace my_init::app {

/// What we are asked to do.
enum class Request : std::uint8_t { run, check, version, help };

/// The command line. Nothing where an environment variable or a file may decide.
struct Options {
  Request request = Request::run;
  bool run_startup_files = true;
  bool start_services = true;
  bool enable_insecure_key = false;
  bool kill_all_on_exit = true;
  std::vector<std::string> services_dirs;
  bool reads_runit_directories = true;  ///< svctl does not where directories are named
  std::optional<LogLevel> log_level;    ///< --quiet is --log-level=warning; the later one counts
  std::optional<LogFormat> log_format;
  std::optional<Duration> shutdown_timeout;
  std::optional<int> exit_on_term;
  std::vector<std::string> command;  ///< the main command; empty = none

  friend bool operator==(const Options&, const Options&) = default;
};

/// Reads the words after the program's name: options up to the first word that is none or to "--",
/// then the main command. Options may be shortened while they stay unambiguous. The error is for
/// the user, to be printed together with usage() (exit code kExitUsage).
[[nodiscard]] Result<Options> parse_options(std::span<const std::string> words);

/// EX_USAGE of sysexits.h.
inline constexpr int kExitUsage = 64;

/// What the help says of one option.
struct OptionHelp {
  std::string_view name;   ///< without dashes
  std::string_view value;  ///< its name; empty: the option takes none
  std::string_view what;
};
[[nodiscard]] std::vector<OptionHelp> option_helps();

/// One line that says how my_init is called.
[[nodiscard]] std::string usage();

/// The text of --help.
[[nodiscard]] std::string help();

/// "0.1.0".
[[nodiscard]] std::string version_number();

/// "my_init 0.1.0\n".
[[nodiscard]] std::string version();

/// Where svctl finds us when nobody says.
inline constexpr const char* kControlPath = "/run/my_init/control.sock";

/// Where runit directories are when nobody says.
inline constexpr const char* kRunitDirectory = "/etc/service";

/// Everything that is decided before services are read.
struct Settings {
  bool run_startup_files = true;
  bool start_services = true;
  bool enable_insecure_key = false;
  bool kill_all_on_exit = true;
  std::vector<std::string> command;

  std::vector<std::string> services_dirs{"/etc/services.d"};
  std::string runit_dir = kRunitDirectory;
  LogFormat log_format = LogFormat::text;
  LogLevel log_level = LogLevel::info;
  bool log_timestamps = false;
  std::optional<Duration> shutdown_timeout;  ///< of the whole shutdown; nothing: no limit
  bool use_cgroups = true;                   ///< where that can be
  int exit_on_term = 0;                      ///< exit code of a stop that was asked for

  /// Grace of the main command, scripts and hooks; nothing: no limit (KILL_PROCESS_TIMEOUT).
  std::optional<Duration> kill_process_timeout{std::chrono::seconds{30}};
  /// Of the last phase; nothing: no limit (KILL_ALL_PROCESSES_TIMEOUT).
  std::optional<Duration> kill_all_processes_timeout{std::chrono::seconds{30}};

  std::string control_path = kControlPath;
  mode_t control_mode = 0600;
  std::string control_group;  ///< empty: our own
  std::string startup_dir = "/etc/my_init.d";
  std::string rc_local = "/etc/rc.local";
  std::string pre_shutdown_dir = "/etc/my_init.pre_shutdown.d";
  std::string post_shutdown_dir = "/etc/my_init.post_shutdown.d";
  std::string insecure_key_program = "/usr/sbin/enable_insecure_key";
  std::string global_file = "/etc/my_init.yaml";

  /// The grace of services of runit directories.
  [[nodiscard]] Duration runit_grace() const {
    constexpr Duration kNoLimit = std::chrono::hours{24 * 365};
    return kill_process_timeout.value_or(kNoLimit);
  }

  friend bool operator==(const Settings&, const Settings&) = default;
};

/// Where the environment directory is: it is read before there are settings.
inline constexpr std::string_view kEnvironmentDirectory = "/etc/container_environment";

struct Resolved {
  Settings settings;
  std::vector<std::string> warnings;  ///< one for each variable whose value cannot be used
};

/// Flag over variable over file over default.
[[nodiscard]] Resolved resolve(const Options& options, const config::Environment& environment,
                               const config::GlobalSettings& file);

}  // namespace my_init::app
