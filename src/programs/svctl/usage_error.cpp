#include "usage_error.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "my_init/config/suggestion.hpp"

namespace my_init::svctl {
namespace {

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  return config::suggestion(word, std::vector<std::string_view>(known.begin(), known.end()));
}

std::vector<std::string> options_of(const CLI::App& app, const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* one : {&command, &app})
    for (const CLI::Option* option : one->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::string complaint_about_command(const std::vector<std::string>& rest, const CLI::App& app) {
  if (rest.empty()) return "a command is missing";
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return fmt::format("there is no command '{}'{}", rest.front(), suggestion(rest.front(), names));
}

std::string complaint_about_word(const std::string& word, const CLI::App& app,
                                 const CLI::App& command) {
  if (!word.starts_with('-')) return fmt::format("'{}' is one word too many", word);
  const std::string name = word.substr(0, word.find('='));
  return fmt::format("there is no option '{}'{}", name, suggestion(name, options_of(app, command)));
}

bool is(const CLI::ParseError& error, CLI::ExitCodes kind) {
  return error.get_exit_code() == static_cast<int>(kind);
}

}  // namespace

std::string describe(const CLI::ParseError& error, const CLI::App& app) {
  const std::vector<std::string> rest = app.remaining(true);
  const auto commands = app.get_subcommands();
  if (commands.empty() && is(error, CLI::ExitCodes::RequiredError))
    return complaint_about_command(rest, app) + "; svctl --help lists them";
  const CLI::App& command = commands.empty() ? app : *commands.front();
  const bool is_about_word = is(error, CLI::ExitCodes::ExtrasError) && !rest.empty();
  const std::string complaint =
      is_about_word ? complaint_about_word(rest.front(), app, command) : error.what();
  return fmt::format("{}; svctl {}{}--help tells more", complaint,
                     commands.empty() ? "" : command.get_name(), commands.empty() ? "" : " ");
}

}  // namespace my_init::svctl
