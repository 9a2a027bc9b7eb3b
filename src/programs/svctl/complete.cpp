#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <vector>

#include "../sv/order.hpp"
#include "command.hpp"
#include "connection.hpp"
#include "definitions.hpp"
#include "my_init/app/supervise.hpp"
#include "my_init/base/signal_name.hpp"
#include "self_description.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

struct Candidate {
  std::string word;
  std::string what;
};

/// How services are called: sv knows the logger of NAME as NAME/log.
enum class Naming : std::uint8_t { svctl, sv };

std::string name_of(const std::string& name, std::string_view directory, Naming naming) {
  constexpr std::string_view kEnd = ".log";
  if (naming == Naming::svctl || !directory.ends_with("/log") || !name.ends_with(kEnd)) return name;
  return name.substr(0, name.size() - kEnd.size()) + "/log";
}

/// The services of the running my_init, else those that are defined.
std::vector<Candidate> services(Naming naming = Naming::svctl) {
  constexpr auto kPatience = std::chrono::milliseconds{500};
  std::vector<Candidate> found;
  try {
    Connection connection({.socket = {}, .timeout = kPatience}, protocol::request::Status{});
    for (const auto& service : connection.get<protocol::answer::Services>().services)
      found.push_back({name_of(service.name, service.directory, naming), service.state});
  } catch (const Stop&) {
    const auto survey = app::survey_definitions({}, app::environment_at_exec());
    for (const auto& service : survey.loaded.services)
      found.push_back(
          {name_of(service.spec.name, service.execution.working_dir, naming), service.description});
  }
  return found;
}

std::vector<Candidate> signals() {
  std::vector<Candidate> found;
  for (int number = 1; number < SIGRTMIN; ++number) {
    const std::string name = signal_name(number);
    if (name.starts_with("SIG")) found.push_back({name.substr(3), std::to_string(number)});
  }
  return found;
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

/// CLI11 shows the words of IsMember as "{a,b}" behind the type.
std::vector<Candidate> choices_of(const CLI::Option& option) {
  std::vector<Candidate> found;
  const std::string type = option.get_type_name();
  const std::size_t begin = type.find('{');
  if (begin == std::string::npos) return found;
  std::string word;
  for (const char c : type.substr(begin + 1)) {
    if (c != ',' && c != '}') {
      word += c;
    } else {
      if (!word.empty()) found.push_back({word, ""});
      word.clear();
    }
    if (c == '}') break;
  }
  return found;
}

void add_options(const CLI::App& app, std::vector<Candidate>& found) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames())
      found.push_back({"--" + name, option->get_description()});
  }
}

/// Walks over what is there already.
class Line {
 public:
  Line(const CLI::App& app, std::span<const std::string> words) : app_(app) {
    for (const std::string& word : words) step(word);
  }

  [[nodiscard]] std::vector<Candidate> candidates(std::string_view current) const {
    if (pending_ != nullptr) return choices_of(*pending_);
    std::vector<Candidate> found;
    if (current.starts_with('-')) {
      if (command_ != nullptr) add_options(*command_, found);
      add_options(app_, found);
    } else if (command_ != nullptr) {
      return operands();
    } else {
      for (const CLI::App* command : app_.get_subcommands({})) {
        if (!command->get_group().empty())
          found.push_back({command->get_name(), command->get_description()});
      }
    }
    return found;
  }

 private:
  void step(const std::string& word) {
    if (pending_ != nullptr) {
      pending_ = nullptr;
    } else if (word.starts_with('-') && word.size() > 1) {
      const CLI::Option* option = find(word);
      if (option != nullptr && takes_value(*option)) pending_ = option;
    } else if (command_ == nullptr) {
      const auto commands = app_.get_subcommands({});
      const auto named = std::ranges::find(commands, word, &CLI::App::get_name);
      if (named != commands.end()) command_ = *named;
    } else {
      ++operands_;
    }
  }

  [[nodiscard]] const CLI::Option* find(const std::string& name) const {
    const CLI::Option* option = command_ == nullptr ? nullptr : command_->get_option_no_throw(name);
    return option != nullptr ? option : app_.get_option_no_throw(name);
  }

  [[nodiscard]] std::vector<Candidate> operands() const {
    std::vector<std::string> names;
    for (const CLI::Option* option : command_->get_options())
      if (option->get_positional()) names.push_back(option->get_name(true));
    if (names.empty()) return {};
    const std::string& name = names[std::min(operands_, names.size() - 1)];
    if (name == "NAME") return services();
    if (name == "SIGNAL") return signals();
    return {};
  }

  const CLI::App& app_;
  const CLI::App* command_ = nullptr;
  const CLI::Option* pending_ = nullptr;  ///< awaits its value
  std::size_t operands_ = 0;
};

/// What may follow those words of sv.
std::vector<Candidate> candidates_of_sv(std::span<const std::string> before,
                                        std::string_view current) {
  std::vector<Candidate> found;
  while (!before.empty() && before[0].starts_with('-')) {
    const bool takes_next = before[0] == "-w" || before[0] == "-vw";
    if (takes_next && before.size() == 1) return found;
    before = before.subspan(takes_next ? 2 : 1);
  }
  if (!before.empty()) return services(Naming::sv);
  if (current.starts_with('-'))
    return {{"-v", "wait, and say what has become of it"}, {"-w", "how many seconds to wait"}};
  for (const auto& [word, what] : sv::commands())
    found.push_back({std::string(word), std::string(what)});
  return found;
}

void print_matching(const std::vector<Candidate>& candidates, std::string_view current) {
  for (const auto& [word, what] : candidates)
    if (word.starts_with(current)) print(fmt::format("{}\t{}\n", word, what));
}

}  // namespace

void complete(const CLI::App& app, std::span<const std::string> words) {
  const std::string current = words.empty() ? "" : words.back();
  const Line line(app, words.empty() ? words : words.first(words.size() - 1));
  print_matching(line.candidates(current), current);
}

void complete_sv(std::span<const std::string> words) {
  const std::string current = words.empty() ? "" : words.back();
  print_matching(candidates_of_sv(words.empty() ? words : words.first(words.size() - 1), current),
                 current);
}

}  // namespace my_init::svctl
