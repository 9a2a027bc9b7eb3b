#include "command.hpp"
#include "goal.hpp"

namespace my_init::svctl {

void wait(const Common& common, const std::vector<std::string>& names, Goal goal) {
  Connection connection(common, protocol::request::Status{names, protocol::Follow::yes});
  const auto answer = connection.get<protocol::answer::Services>();
  await(common, connection, answer.services, goal);
}

}  // namespace my_init::svctl
