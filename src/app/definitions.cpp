#include "my_init/app/definitions.hpp"

#include <cstdio>
#include <memory>
#include <string>

#include "my_init/app/environment_directory.hpp"
#include "my_init/os/accounts.hpp"
#include "my_init/os/read_only.hpp"
#include "my_init/os/time_zone.hpp"

namespace my_init::app {
namespace {

/// The users and groups, read when the first definition asks for one.
class LazyAccounts {
 public:
  const os::Accounts& get() {
    if (!accounts_) accounts_ = std::make_unique<os::Accounts>();
    return *accounts_;
  }

 private:
  std::unique_ptr<os::Accounts> accounts_;
};

}  // namespace

config::Loaded load_definitions(const Settings& settings, const config::Environment& environment) {
  LazyAccounts accounts;
  config::Surroundings surroundings;
  surroundings.services_dirs = settings.services_dirs;
  surroundings.global_file = settings.global_file;
  surroundings.environment = &environment;
  surroundings.find_user = [&](std::string_view name) { return accounts.get().find_user(name); };
  surroundings.find_group = [&](std::string_view name) { return accounts.get().find_group(name); };
  surroundings.groups_of = [&](const Account& account) {
    return accounts.get().groups_of(account);
  };
  surroundings.check_time_zone = [](std::string_view name) -> Result<void> {
    const auto zone = os::TimeZone::load(std::string(name));
    if (!zone) return std::unexpected(zone.error());
    return {};
  };
  surroundings.is_read_only = os::is_read_only;
  return config::load(surroundings);
}

int check_definitions(const Options& options, config::Environment environment) {
  EnvironmentDirectory directory{std::string(kEnvironmentDirectory)};
  EnvironmentDirectory::Outcome imported = directory.import(std::move(environment));
  const Resolved resolved = resolve(options, imported.environment, {});
  for (const auto& warnings : {imported.warnings, resolved.warnings})
    for (const std::string& warning : warnings) std::fprintf(stderr, "%s\n", warning.c_str());
  const config::Loaded loaded = load_definitions(resolved.settings, imported.environment);
  for (const config::Diagnostic& diagnostic : loaded.diagnostics)
    std::fputs(config::render(diagnostic).c_str(), stderr);
  constexpr int kExitConfig = 78;  // EX_CONFIG of sysexits(3)
  return loaded.ok() ? 0 : kExitConfig;
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
