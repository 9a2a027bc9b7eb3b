#include <fmt/format.h>

#include "command.hpp"
#include "connection.hpp"
#include "terminal.hpp"

namespace my_init::svctl {

void apply(const Common& common, bool dry_run) {
  Connection connection(common, protocol::request::Apply{dry_run});
  const auto plan = connection.get<protocol::answer::Plan>();
  std::string diagnostics;
  for (const std::string& diagnostic : plan.diagnostics) diagnostics += diagnostic;
  while (diagnostics.ends_with('\n')) diagnostics.pop_back();
  if (plan.refused) throw Stop{Outcome::definitions, diagnostics + "\nnothing was changed"};
  if (!diagnostics.empty()) complain(diagnostics);
  const auto show = [](const char* what, const std::vector<std::string>& names) {
    for (const std::string& name : names) print(fmt::format("{:<8} {}\n", what, name));
  };
  show("add", plan.added);
  show("remove", plan.removed);
  show("restart", plan.restarted);
  show("update", plan.updated);
  print(fmt::format("{} unchanged\n", plan.unchanged));
}

}  // namespace my_init::svctl
