#include <algorithm>

#include "command.hpp"
#include "goal.hpp"

namespace my_init::svctl {

/// start, stop, restart, reload. A restart is over when it runs again: its first state after the
/// request is no longer `running`.
void operate(const Common& common, protocol::Operation operation,
             const std::vector<std::string>& names, Patience patience) {
  const bool waits = patience == Patience::wait && operation != protocol::Operation::reload;
  Connection connection(
      common, protocol::request::Operate{operation, names,
                                         waits ? protocol::Follow::yes : protocol::Follow::no});
  const auto answer = connection.get<protocol::answer::Services>();
  const bool any_runs = std::ranges::any_of(answer.services, &protocol::ServiceStatus::live);
  if (operation == protocol::Operation::reload && !any_runs)
    throw Stop{Outcome::not_running, "none of them runs: svctl status shows why"};
  if (!waits) return;
  const Goal goal = operation == protocol::Operation::stop ? Goal::stopped : Goal::running;
  await(common, connection, answer.services, goal);
}

}  // namespace my_init::svctl
