#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "my_init/base/result.hpp"
#include "my_init/protocol/service_status.hpp"

namespace my_init::protocol {

/// Exit codes of svctl, which are also in answer::Failed.
enum class Outcome : std::uint8_t {
  done = 0,
  failed = 1,        ///< a service did not do what was asked
  not_running = 3,   ///< status of one service that does not run, as LSB has it
  unknown = 4,       ///< no such service, or nobody listens at the socket
  timed_out = 5,     ///< no answer, or what was waited for has not come
  usage = 64,        ///< EX_USAGE of sysexits(3)
  refused = 77,      ///< EX_NOPERM: not allowed
  definitions = 78,  ///< EX_CONFIG: a definition is wrong
};

namespace answer {

/// Nothing was done.
struct Failed {
  Outcome outcome = Outcome::failed;
  std::string message;
};

/// The services that were named, in the order of the definitions.
struct Services {
  ContainerStatus container;
  std::vector<ServiceStatus> services;
};

/// One service after a change, and what happened to it: the event and the sentence of the log line,
/// if there was one.
struct Change {
  ContainerStatus container;
  ServiceStatus service;
  std::string event;
  std::string message;
};

/// A line that a service has written.
struct Line {
  std::int64_t time = 0;  ///< microseconds since the epoch
  std::string service;
  std::string stream;  ///< "stdout", "stderr"
  std::string message;
};
struct Lines {
  std::vector<Line> lines;
  std::uint64_t skipped = 0;  ///< bytes that came faster than the client read, before these
};

struct Variable {
  std::string name;
  std::string value;   ///< "***" of a secret
  std::string origin;  ///< "container", "definition", "secret", "user", "my_init"
};
struct Variables {
  std::vector<Variable> variables;
};

/// What becomes of a service: "added", "removed", "restarted", "started", "stopped", or "updated"
/// without a restart.
struct ServiceChange {
  std::string service;
  std::string change;
};
/// What apply has done, or would do.
struct Plan {
  std::vector<ServiceChange> changes;
  std::uint32_t unchanged = 0;
  std::vector<std::string> diagnostics;  ///< errors and warnings, as the log has them
  bool refused = false;                  ///< an error is among them: nothing was done
};

}  // namespace answer

using Answer = std::variant<answer::Failed, answer::Services, answer::Change, answer::Lines,
                            answer::Variables, answer::Plan>;

/// One line of JSON, with its newline. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string encode(const Answer& answer);

/// Never throws. Unknown members are skipped, so that an older client reads what it knows.
[[nodiscard]] Result<Answer> decode_answer(std::string_view line);

}  // namespace my_init::protocol
