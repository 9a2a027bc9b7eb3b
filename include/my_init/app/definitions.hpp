#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/app/options.hpp"
#include "my_init/config/explain.hpp"
#include "my_init/config/load.hpp"
#include "my_init/log/own_log.hpp"

namespace my_init::app {

/// Reads and checks the definitions of `settings` against this machine's users and groups.
[[nodiscard]] config::Loaded load_definitions(const Settings& settings,
                                              const config::Environment& environment);

/// The definitions as a boot with these options and this environment would read them now.
struct Survey {
  std::vector<std::string> warnings;  ///< of the environment
  config::Loaded loaded;
};
[[nodiscard]] Survey survey_definitions(const Options& options, config::Environment environment);

/// config::explain() of the same.
[[nodiscard]] std::optional<config::Explained> explain_definition(const Options& options,
                                                                  config::Environment environment,
                                                                  std::string_view name);

/// `my_init --check`: prints every error and warning to standard error; the exit code, 0 or 78.
[[nodiscard]] int check_definitions(const Options& options, config::Environment environment);

/// The same at boot: one line of our log for each line of the rendered text, so that the caret
/// stands under its place.
void write_diagnostic(log::OwnLog& log, const config::Diagnostic& diagnostic);

}  // namespace my_init::app
