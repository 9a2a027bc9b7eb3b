#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/app/definitions.hpp"
#include "my_init/app/options.hpp"
#include "my_init/app/probe.hpp"
#include "my_init/app/setuser.hpp"
#include "my_init/app/supervise.hpp"
#include "sv/sv.hpp"
#include "svctl/svctl.hpp"

namespace {

using namespace my_init;

using Words = std::span<const std::string>;

int run_my_init(Words words) {
  const auto options = app::parse_options(words);
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

/// A program that this binary is when it is called by that name. By any other it is my_init.
struct Program {
  std::string_view name;
  int (*run)(Words words);
};

constexpr std::array kPrograms{
    Program{app::kProbeProgram, app::run_probe},
    Program{"svctl", svctl::run},
    Program{app::kSetuserProgram, app::run_setuser},
};

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

int main(int argc, char** argv) {
  // An exec without any word, not even a name, is possible.
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const std::string_view name = argc > 0 ? base_name(argv[0]) : "";
  for (const Program& program : kPrograms) {
    if (program.name == name) return program.run(words);
  }
  if (argc > 0 && sv::is_called_by(argv[0])) return sv::run(argv[0], words);
  return run_my_init(words);
}
