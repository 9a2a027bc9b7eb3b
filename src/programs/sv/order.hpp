#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/base/time.hpp"

namespace my_init::sv {

/// How sv was called: by its name, or as the init script of a service, as LSB has it.
enum class Manner : std::uint8_t { sv, init_script };

/// What is waited for after an order, by the first letter that runit has for it.
enum class Awaited : std::uint8_t { nothing, up, down, check, term, once, exit, other };

/// What is done to each service.
enum class Deed : std::uint8_t {
  status,
  nothing,
  start,
  stop,
  once,
  exit,
  restart,
  restart_if_up,
  signal
};

/// The command line, understood.
struct Order {
  Manner manner = Manner::sv;
  Deed deed = Deed::status;
  char letter = '\0';  ///< of a signal: the name of its script in control/
  int signo = 0;
  Awaited awaited = Awaited::nothing;
  bool kills = false;  ///< when the time is over
  Duration patience = std::chrono::seconds{7};
  std::vector<std::string> services;
};

/// Nothing when that is no order; then the text of usage() is for the user.
[[nodiscard]] std::optional<Order> read_order(std::string_view program,
                                              std::span<const std::string> words);

/// A command that sv takes, for those who read or complete it.
struct Command {
  std::string_view word;
  std::string_view what;
};
[[nodiscard]] std::vector<Command> commands();

/// "usage: sv [-v] [-w sec] command service ...\n\n"
[[nodiscard]] std::string usage(std::string_view program);
/// 100; 2 of an init script.
[[nodiscard]] int exit_code_of_usage(std::string_view program);

}  // namespace my_init::sv
