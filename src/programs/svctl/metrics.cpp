#include "my_init/protocol/metrics.hpp"

#include "command.hpp"
#include "connection.hpp"
#include "terminal.hpp"
#include "usage.hpp"

namespace my_init::svctl {

void metrics(const Common& common) {
  Connection connection(common, protocol::request::Status{});
  auto answer = connection.get<protocol::answer::Services>();
  fill_usage(answer.services);
  print(protocol::metrics_text(answer));
}

}  // namespace my_init::svctl
