#include <fmt/format.h>

#include "command.hpp"
#include "connection.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

void show_service(const protocol::ServiceStatus& service, const std::string& message) {
  const std::string health = service.health == "none" ? "" : ", " + service.health;
  print(fmt::format("{:<20} {}{}{}{}\n", service.name,
                    coloured(service.state, colour_of(service.state)), health,
                    message.empty() ? "" : "  ", message));
}

}  // namespace

/// First how things are, then each change, until ^C or the end of the container.
void events(const Common& common, const std::vector<std::string>& names, Form form) {
  Connection connection(common, protocol::request::Status{names, protocol::Follow::yes});
  const auto first = connection.get<protocol::answer::Services>();
  if (form == Form::json)
    print(protocol::encode(first));
  else
    for (const auto& service : first.services) show_service(service, "");
  while (true) {
    const auto change = Connection::as<protocol::answer::Change>(connection.next_of_stream());
    if (form == Form::json)
      print(protocol::encode(change));
    else if (change.service.name.empty())
      print(fmt::format("{:<20} {}  {}\n", "(container)", change.container.stage, change.message));
    else
      show_service(change.service, change.message);
  }
}

}  // namespace my_init::svctl
