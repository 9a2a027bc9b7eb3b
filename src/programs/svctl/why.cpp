#include <fmt/format.h>

#include "command.hpp"
#include "connection.hpp"
#include "goal.hpp"
#include "terminal.hpp"

namespace my_init::svctl {

void why(const Common& common, const std::string& name) {
  Connection connection(common, protocol::request::Status{{name}});
  bool is_first = true;
  for (const auto& service : connection.get<protocol::answer::Services>().services) {
    std::string text = fmt::format("{} is {}, for {} now", service.name,
                                   coloured(service.state, colour_of(service.state)),
                                   short_time(service.since_ms));
    if (!service.why.empty()) text += fmt::format(": {}", service.why);
    text += ".\n";
    if (service.health != "none") text += fmt::format("Its health is {}.\n", service.health);
    if (!service.says.empty()) text += fmt::format("It says: {}\n", service.says);
    if (service.restarts > 0)
      text +=
          fmt::format("It was restarted {}",
                      service.restarts == 1 ? "once" : fmt::format("{} times", service.restarts));
    if (service.restarts > 0 && !service.last_exit.empty() && service.last_exit != service.why)
      text += fmt::format("; its last run {}", service.last_exit);
    if (service.restarts > 0) text += ".\n";
    if (!service.followed_by.empty())
      text += fmt::format("Its processes are followed by {}.\n", service.followed_by);
    text += service.next.empty() ? "Nothing happens next by itself.\n"
                                 : fmt::format("Next: it {}.\n", service.next);
    const std::string lines = last_lines_of(common, service.name);
    text += lines.empty() ? "No output of it is kept.\n" : "Its last lines:\n" + lines;
    print(is_first ? text : '\n' + text);
    is_first = false;
  }
}

}  // namespace my_init::svctl
