#include "my_init/app/definitions.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "my_init/app/environment_directory.hpp"
#include "my_init/os/accounts.hpp"
#include "my_init/os/read_only.hpp"
#include "my_init/os/time_zone.hpp"

namespace my_init::app {
namespace {

/// What definitions are checked against here. The users and groups are read when the first
/// definition asks for one.
class Machine {
 public:
  Machine(const Settings& settings, const config::Environment& environment) {
    surroundings_.services_dirs = settings.services_dirs;
    surroundings_.global_file = settings.global_file;
    surroundings_.runit_dir = settings.runit_dir;
    surroundings_.runit_grace = settings.runit_grace();
    surroundings_.environment = &environment;
    surroundings_.find_user = [this](std::string_view name) { return accounts().find_user(name); };
    surroundings_.find_group = [this](std::string_view name) {
      return accounts().find_group(name);
    };
    surroundings_.groups_of = [this](const Account& account) {
      return accounts().groups_of(account);
    };
    surroundings_.check_time_zone = [](std::string_view name) -> Result<void> {
      const auto zone = os::TimeZone::load(std::string(name));
      if (!zone) return std::unexpected(zone.error());
      return {};
    };
    surroundings_.is_read_only = os::is_read_only;
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  [[nodiscard]] const config::Surroundings& surroundings() const { return surroundings_; }

 private:
  const os::Accounts& accounts() {
    if (!accounts_) accounts_ = std::make_unique<os::Accounts>();
    return *accounts_;
  }

  std::unique_ptr<os::Accounts> accounts_;
  config::Surroundings surroundings_;
};

/// What a boot would know before it reads definitions, without its start-up scripts.
struct Boot {
  config::Environment environment;
  Settings settings;
  std::vector<std::string> warnings;
};

Boot imagine_boot(const Options& options, config::Environment environment) {
  EnvironmentDirectory directory{std::string(kEnvironmentDirectory)};
  EnvironmentDirectory::Outcome imported = directory.import(std::move(environment));
  Resolved resolved = resolve(options, imported.environment, {});
  std::vector<std::string> warnings = std::move(imported.warnings);
  warnings.insert(warnings.end(), resolved.warnings.begin(), resolved.warnings.end());
  return {std::move(imported.environment), std::move(resolved.settings), std::move(warnings)};
}

}  // namespace

config::Loaded load_definitions(const Settings& settings, const config::Environment& environment) {
  const Machine machine(settings, environment);
  config::Loaded loaded = config::load(machine.surroundings());
  // Only the usual directory may be missing: of another one its name is likely to be wrong.
  if (settings.services_dirs == Settings{}.services_dirs) return loaded;
  for (const std::string& directory : settings.services_dirs)
    if (::access(directory.c_str(), F_OK) != 0 && errno == ENOENT)
      loaded.diagnostics.push_back({.severity = config::Severity::warning,
                                    .file = directory,
                                    .message = "no such directory: no service is read from it",
                                    .source_line = {}});
  return loaded;
}

Survey survey_definitions(const Options& options, config::Environment environment) {
  Boot boot = imagine_boot(options, std::move(environment));
  return {std::move(boot.warnings), load_definitions(boot.settings, boot.environment)};
}

std::optional<config::Explained> explain_definition(const Options& options,
                                                    config::Environment environment,
                                                    std::string_view name) {
  const Boot boot = imagine_boot(options, std::move(environment));
  const Machine machine(boot.settings, boot.environment);
  return config::explain(machine.surroundings(), name);
}

int check_definitions(const Options& options, config::Environment environment) {
  const Survey survey = survey_definitions(options, std::move(environment));
  for (const std::string& warning : survey.warnings) std::fprintf(stderr, "%s\n", warning.c_str());
  for (const config::Diagnostic& diagnostic : survey.loaded.diagnostics)
    std::fputs(config::render(diagnostic).c_str(), stderr);
  constexpr int kExitConfig = 78;  // EX_CONFIG of sysexits(3)
  return survey.loaded.ok() ? 0 : kExitConfig;
}

void write_diagnostic(log::OwnLog& log, const config::Diagnostic& diagnostic) {
  const LogLevel level =
      diagnostic.severity == config::Severity::error ? LogLevel::error : LogLevel::warning;
  const std::string text = config::render(diagnostic);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    log.write(level, "definition", std::string_view(text).substr(begin, end - begin),
              {{"file", diagnostic.file}});
    begin = end + 1;
  }
}

}  // namespace my_init::app
