#include "my_init/config/load.hpp"
#include "scratch.hpp"
#include "targets.hpp"

namespace my_init::fuzz {
namespace {

config::Surroundings surroundings_in(const Scratch& scratch,
                                     const config::Environment& environment) {
  config::Surroundings surroundings;
  surroundings.services_dirs = {scratch.path()};
  surroundings.global_file = "/nonexistent/my_init.yaml";
  surroundings.environment = &environment;
  surroundings.find_user = [](std::string_view name) -> std::optional<Account> {
    if (name != "root" && name != "1000") return std::nullopt;
    return Account{"root", 0, 0, "/root", "/bin/sh"};
  };
  surroundings.find_group = [](std::string_view name) -> std::optional<gid_t> {
    return name == "adm" ? std::optional(gid_t{4}) : std::nullopt;
  };
  surroundings.groups_of = [](const Account&) { return std::vector<gid_t>{}; };
  surroundings.check_time_zone = [](std::string_view name) -> Result<void> {
    if (name == "UTC") return {};
    return failure("cannot use that time zone");
  };
  surroundings.is_read_only = [](const std::string& path) { return path.starts_with("/ro/"); };
  return surroundings;
}

config::Loaded load_from(const Scratch& scratch) {
  static const config::Environment environment{{"HOME", "/root"}, {"EMPTY", ""}, {"PORT", "80"}};
  return config::load(surroundings_in(scratch, environment));
}

}  // namespace

void try_env_file(std::string_view input) {
  static const Scratch scratch;
  scratch.write("web.yaml", "command: x\nenv_file: web.env\n");
  scratch.write("web.env", input);
  require(load_from(scratch).services.size() == 1, "its file does not cost a service");
}

void try_definitions(std::string_view input) {
  static const Scratch scratch;
  scratch.write("all.yaml", input);
  const config::Loaded loaded = load_from(scratch);
  for (const config::Diagnostic& diagnostic : loaded.diagnostics) {
    require(!diagnostic.message.empty(), "a diagnostic says something");
    require(diagnostic.message.find('\n') == std::string::npos, "a diagnostic is one sentence");
    require(config::render(diagnostic).ends_with('\n'), "what is shown ends with its line");
  }
}

}  // namespace my_init::fuzz
