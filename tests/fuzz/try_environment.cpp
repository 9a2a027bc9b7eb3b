#include <algorithm>
#include <filesystem>
#include <string>

#include "my_init/app/environment_directory.hpp"
#include "my_init/app/environment_text.hpp"
#include "my_init/protocol/answer.hpp"
#include "scratch.hpp"
#include "targets.hpp"

namespace my_init::fuzz {
namespace {

config::Environment environment_of(std::string_view input) {
  config::Environment environment;
  while (!input.empty()) {
    const std::string_view variable = input.substr(0, input.find('\0'));
    const std::size_t equals = variable.find('=');
    if (equals != std::string_view::npos)
      environment.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
    input.remove_prefix(std::min(variable.size() + 1, input.size()));
  }
  return environment;
}

void take(std::string_view& text, std::string_view wanted) {
  require(text.starts_with(wanted), "a line of the copy for shells is an export");
  text.remove_prefix(wanted.size());
}

/// As a shell reads it: single quotes, and \' between them.
std::string take_quoted(std::string_view& text) {
  std::string value;
  while (!text.starts_with('\n')) {
    if (text.starts_with("\\'")) {
      value += '\'';
      text.remove_prefix(2);
      continue;
    }
    take(text, "'");
    const std::size_t end = text.find('\'');
    require(end != std::string_view::npos, "a quote has its end");
    value += text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  text.remove_prefix(1);
  return value;
}

/// Every line of it is a variable that was given, in their order.
void check_shell_text(const config::Environment& environment) {
  const std::string all = app::shell_text(environment);
  std::string_view text = all;
  auto next = environment.begin();
  while (!text.empty()) {
    take(text, "export ");
    const std::string name(text.substr(0, text.find('=')));
    take(text, name + "=");
    const std::pair variable(name, take_quoted(text));
    next = std::find(next, environment.end(), variable);
    require(next++ != environment.end(), "a variable of the copy for shells is one that was given");
  }
}

void check_json_text(const config::Environment& environment) {
  const std::string answer =
      R"({"kind":"failed","environment":)" + app::json_text(environment) + '}';
  require(protocol::decode_answer(answer).has_value(), "the copy in JSON is JSON");
}

bool is_file_name(const std::string& name) {
  constexpr std::size_t kLongest = 255;
  return !name.empty() && name != "." && name != ".." && name.size() <= kLongest &&
         name.find('/') == std::string::npos;
}

void check_directory(const config::Environment& environment) {
  const Scratch scratch;
  std::filesystem::create_directory(scratch.path() + "env");
  for (const auto& [name, value] : environment)
    if (is_file_name(name)) scratch.write("env/" + name, value);
  app::EnvironmentDirectory directory(scratch.path() + "env");
  const auto read = directory.import({}).environment;
  for (const auto& [name, value] : read) {
    const auto last = std::find_if(environment.rbegin(), environment.rend(),
                                   [&](const auto& given) { return given.first == name; });
    require(last != environment.rend(), "a variable is the name of a file");
    require(value == last->second || value + '\n' == last->second, "a value is what the file has");
  }
  static_cast<void>(directory.export_all(read));
  const auto again = directory.reload(read).environment;
  require(again.size() == read.size(), "what was written is read again");
}

}  // namespace

void try_environment(std::string_view input) {
  const config::Environment environment = environment_of(input);
  check_shell_text(environment);
  check_json_text(environment);
  check_directory(environment);
}

}  // namespace my_init::fuzz
