#include "my_init/base/signal_name.hpp"

#include <fmt/format.h>

#include "command.hpp"
#include "connection.hpp"

namespace my_init::svctl {

void signal(const Common& common, const std::string& word, const std::vector<std::string>& names,
            protocol::request::Receiver receiver) {
  const auto signo = signal_number(word);
  if (!signo)
    throw Stop{Outcome::usage,
               fmt::format("there is no signal '{}': write HUP, SIGUSR1 or a number", word)};
  Connection connection(common, protocol::request::Signal{*signo, names, receiver});
  static_cast<void>(connection.get<protocol::answer::Services>());
}

}  // namespace my_init::svctl
