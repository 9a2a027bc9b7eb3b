#include "definitions.hpp"

#include <cstdio>

#include "command.hpp"
#include "my_init/app/supervise.hpp"

namespace my_init::svctl {

app::Options options_for(const std::vector<std::string>& directories) {
  app::Options options;
  options.services_dirs = directories;
  options.reads_runit_directories = directories.empty();
  return options;
}

config::Loaded good_definitions(const app::Options& options) {
  config::Loaded loaded = app::survey_definitions(options, app::environment_at_exec()).loaded;
  if (loaded.ok()) return loaded;
  for (const config::Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.severity == config::Severity::error)
      std::fputs(config::render(diagnostic).c_str(), stderr);
  }
  throw Stop{Outcome::definitions, "the definitions have errors: see svctl check"};
}

}  // namespace my_init::svctl
