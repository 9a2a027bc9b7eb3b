#include "my_init/config/explain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"
#include "definitions.hpp"
#include "my_init/app/supervise.hpp"
#include "my_init/config/suggestion.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

/// Comments begin in one column, but for lines that are longer.
constexpr std::size_t kWidest = 50;

[[noreturn]] void stop_at_unknown(const std::string& name, const config::Loaded& loaded) {
  std::vector<std::string_view> names;
  names.reserve(loaded.services.size());
  for (const auto& service : loaded.services) names.push_back(service.spec.name);
  throw Stop{Outcome::unknown,
             fmt::format("there is no service '{}'{}", name, config::suggestion(name, names))};
}

}  // namespace

void explain(const std::vector<std::string>& directories, const std::string& name) {
  const app::Options options = options_for(directories);
  const config::Loaded loaded = good_definitions(options);
  const auto explained = app::explain_definition(options, app::environment_at_exec(), name);
  if (!explained) stop_at_unknown(name, loaded);
  std::size_t width = 0;
  for (const config::ExplainedLine& line : explained->lines) {
    if (line.text.size() <= kWidest) width = std::max(width, line.text.size());
  }
  std::string text = fmt::format("# {}, defined in {}\n", name, explained->place);
  for (const auto& [line, source] : explained->lines) {
    text += source.empty()
                ? line + "\n"
                : fmt::format("{:<{}}  {}\n", line, width, coloured("# " + source, Colour::dim));
  }
  print(fmt::format("{}# not set: {}\n", text, fmt::join(explained->not_set, ", ")));
}

}  // namespace my_init::svctl
