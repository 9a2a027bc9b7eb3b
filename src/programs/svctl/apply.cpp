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
  for (const auto& [service, change] : plan.changes)
    print(fmt::format("{:<9} {}\n", change, service));
  print(fmt::format("{} unchanged\n", plan.unchanged));
}

}  // namespace my_init::svctl
