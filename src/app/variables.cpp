#include <algorithm>
#include <array>
#include <string_view>

#include "my_init/app/executor.hpp"

// Where each variable of a service comes from.

namespace my_init::app {
namespace {

constexpr std::string_view kMasked = "***";
constexpr std::array<std::string_view, 4> kOfUser{"HOME", "USER", "LOGNAME", "SHELL"};

std::string origin_of(std::string_view name, const config::Execution& execution) {
  const auto is_it = [name](const auto& entry) { return entry.first == name; };
  if (name == "MY_INIT_SERVICE") return "my_init";
  if (std::ranges::any_of(execution.details->secrets,
                          [name](const config::Secret& secret) { return secret.name == name; }))
    return "secret";
  if (std::ranges::any_of(execution.environment, is_it)) return "definition";
  const bool is_of_user = std::ranges::find(kOfUser, name) != kOfUser.end();
  return execution.identity && is_of_user ? "user" : "container";
}

}  // namespace

/// Made by an actual Launch, so that it cannot say anything else than a start does.
std::vector<protocol::answer::Variable> Executor::variables_of(std::uint32_t service) const {
  const config::Execution& execution = programs_.services[service];
  LaunchExtras extras;
  for (const config::Secret& secret : execution.details->secrets)
    extras.environment.push_back(secret.name + '=' + std::string(kMasked));
  const Launch launch(programs_, environment_, settings_, {core::SubjectKind::service, service},
                      std::move(extras));
  std::vector<protocol::answer::Variable> variables;
  for (const char* const line : launch.plan().environment) {
    if (line == nullptr) break;
    const std::string_view text(line);
    const std::size_t equals = std::min(text.find('='), text.size() - 1);
    const std::string name(text.substr(0, equals));
    variables.push_back({name, std::string(text.substr(equals + 1)), origin_of(name, execution)});
  }
  std::ranges::sort(variables, {}, &protocol::answer::Variable::name);
  return variables;
}

}  // namespace my_init::app
