#include "command.hpp"
#include "connection.hpp"

namespace my_init::svctl {

void shutdown(const Common& common, std::optional<int> exit_code) {
  Connection connection(common, protocol::request::Shutdown{exit_code});
  static_cast<void>(connection.get<protocol::answer::Services>());
}

}  // namespace my_init::svctl
