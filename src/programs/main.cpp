#include <cstdio>
#include <string>
#include <vector>

#include "my_init/app/definitions.hpp"
#include "my_init/app/options.hpp"
#include "my_init/app/supervise.hpp"

int main(int argc, char** argv) {
  using namespace my_init;
  const auto options = app::parse_options(std::vector<std::string>(argv + 1, argv + argc));
  if (!options) {
    std::fprintf(stderr, "*** %s\n%s", options.error().message.c_str(), app::usage().c_str());
    return app::kExitUsage;
  }
  switch (options->request) {
    case app::Request::run:
      return app::supervise(*options);
    case app::Request::check:
      return app::check_definitions(*options, app::environment_at_exec());
    case app::Request::version:
      std::fputs(app::version().c_str(), stdout);
      return 0;
    case app::Request::help:
      std::fputs(app::help().c_str(), stdout);
      return 0;
  }
  return 0;
}
