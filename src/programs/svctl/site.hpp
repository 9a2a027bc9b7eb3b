#pragma once

#include <string>
#include <variant>
#include <vector>

#include "command.hpp"
#include "connection.hpp"
#include "http_connection.hpp"

namespace my_init::svctl {

/// What `svctl serve` was started with.
struct Site {
  Common common;
  std::string token;               ///< who has it may change something; empty: nobody may
  std::vector<std::string> hosts;  ///< names of ours beside addresses and "localhost"
};

/// What a client of the control socket hears is an event each, from the first on.
struct EventStream {
  Connection connection;
  protocol::Answer first;
};

using Reply = std::variant<HttpAnswer, EventStream>;

/// What a client gets, which may take as long as my_init does to answer. Never throws Stop.
[[nodiscard]] Reply reply_to(const app::HttpRequest& request, const Site& site);

}  // namespace my_init::svctl
