#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "my_init/app/options.hpp"
#include "my_init/app/words.hpp"

namespace my_init::app {
namespace {

/// Reads variables and notes those whose value cannot be used.
class Variables {
 public:
  explicit Variables(const config::Environment& environment) : environment_(environment) {}

  /// The value of a variable; nothing when it is not set or empty.
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const {
    const auto found = std::find_if(environment_.begin(), environment_.end(),
                                    [&](const auto& variable) { return variable.first == name; });
    if (found == environment_.end() || found->second.empty()) return {};
    return found->second;
  }

  /// The value as `read` understands it; nothing, with a warning, when it does not.
  template <class T>
  [[nodiscard]] std::optional<T> value(std::string_view name, Result<T> (*read)(std::string_view)) {
    const auto word = text(name);
    if (!word) return {};
    const auto result = read(*word);
    if (result) return *result;
    warnings_.push_back(
        fmt::format("the variable {} is ignored: {}", name, result.error().message));
    return {};
  }

  [[nodiscard]] std::vector<std::string> take_warnings() { return std::move(warnings_); }

 private:
  const config::Environment& environment_;
  std::vector<std::string> warnings_;
};

std::vector<std::string> split_path(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (colon > 0) parts.emplace_back(text.substr(0, colon));
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return parts;
}

/// The first of the three that says something.
template <class T>
std::optional<T> first(const std::optional<T>& flag, const std::optional<T>& variable,
                       const std::optional<T>& file) {
  if (flag) return flag;
  return variable ? variable : file;
}

/// A limit of 0 is none.
std::optional<Duration> limit(Duration duration) {
  if (duration == Duration::zero()) return {};
  return duration;
}

std::vector<std::string> services_dirs(const Options& options, const Variables& variables) {
  if (!options.services_dirs.empty()) return options.services_dirs;
  auto named = split_path(variables.text("MY_INIT_SERVICES_DIR").value_or(""));
  return named.empty() ? Settings{}.services_dirs : named;
}

}  // namespace

Resolved resolve(const Options& options, const config::Environment& environment,
                 const config::GlobalSettings& file) {
  Variables variables(environment);
  Settings settings;
  settings.run_startup_files = options.run_startup_files;
  settings.start_services = options.start_services;
  settings.enable_insecure_key = options.enable_insecure_key;
  settings.kill_all_on_exit = options.kill_all_on_exit;
  settings.command = options.command;
  settings.services_dirs = services_dirs(options, variables);
  if (const auto directory = variables.text("MY_INIT_RUNIT_DIR")) settings.runit_dir = *directory;
  if (!options.reads_runit_directories) settings.runit_dir.clear();

  const auto format = variables.value("MY_INIT_LOG_FORMAT", read_log_format);
  settings.log_format =
      first(options.log_format, format, file.log_format).value_or(settings.log_format);
  const auto level = variables.value("MY_INIT_LOG_LEVEL", read_log_level);
  settings.log_level = first(options.log_level, level, file.log_level).value_or(settings.log_level);
  const auto timestamps = variables.value("MY_INIT_LOG_TIMESTAMPS", read_flag);
  settings.log_timestamps = first({}, timestamps, file.log_timestamps).value_or(false);
  const auto cgroups = variables.value("MY_INIT_CGROUPS", read_flag);
  settings.use_cgroups = first({}, cgroups, file.cgroups).value_or(true);
  const auto shutdown = variables.value("MY_INIT_SHUTDOWN_TIMEOUT", parse_duration);
  settings.shutdown_timeout = limit(
      first(options.shutdown_timeout, shutdown, file.shutdown_timeout).value_or(Duration::zero()));
  const auto control = variables.value("MY_INIT_CONTROL", read_socket_place);
  settings.control_path = first({}, control, file.control.path).value_or(settings.control_path);
  settings.control_mode = file.control.mode.value_or(settings.control_mode);
  settings.control_group = file.control.group.value_or("");
  const auto code = variables.value("MY_INIT_EXIT_ON_TERM", read_exit_code);
  settings.exit_on_term = first(options.exit_on_term, code, {}).value_or(0);

  if (const auto seconds = variables.value("KILL_PROCESS_TIMEOUT", read_seconds)) {
    settings.kill_process_timeout = limit(*seconds);
  }
  if (const auto seconds = variables.value("KILL_ALL_PROCESSES_TIMEOUT", read_seconds)) {
    settings.kill_all_processes_timeout = limit(*seconds);
  }
  if (const auto directory = variables.text("ENV_INIT_DIRECTORY"))
    settings.startup_dir = *directory;
  return {std::move(settings), variables.take_warnings()};
}

}  // namespace my_init::app
