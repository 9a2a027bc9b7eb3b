#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "my_init/base/result.hpp"

namespace my_init::protocol {

/// The version of requests and answers. A client says which one it speaks; another is refused.
inline constexpr int kVersion = 1;

/// Bytes of a request with its newline. What is longer is refused and the connection closed.
inline constexpr std::size_t kMaxRequest = std::size_t{64} * 1024;

/// What is done to services by name.
enum class Operation : std::uint8_t { start, once, stop, restart, reload };

/// The word of the protocol and of svctl.
[[nodiscard]] std::string_view operation_name(Operation operation);
/// Nothing when the word is another one.
[[nodiscard]] std::optional<Operation> operation_of(std::string_view word);

/// Whether an answer is followed by more, until the client hangs up.
enum class Follow : std::uint8_t { no, yes };

/// Names of services may be globs (fnmatch(3)); no name at all means every service where that does
/// no harm (status, logs), and is refused elsewhere.
namespace request {

/// answer::Services; followed by an answer::Change for each change.
struct Status {
  std::vector<std::string> names;
  Follow follow = Follow::no;
};

/// The same answer, after the operation was begun: what becomes of it is in the changes.
struct Operate {
  Operation operation = Operation::start;
  std::vector<std::string> names;
  Follow follow = Follow::no;
};

/// Who of a service gets a signal.
enum class Receiver : std::uint8_t { process, group };

/// answer::Services.
struct Signal {
  int signo = 0;
  std::vector<std::string> names;
  Receiver receiver = Receiver::process;
};

/// answer::Lines; followed by further ones.
struct Logs {
  std::vector<std::string> names;
  std::uint32_t lines = 100;  ///< of each service, the newest
  Follow follow = Follow::no;
};

/// answer::Variables: the environment of one service's next start.
struct Environment {
  std::string name;
};

/// answer::Plan: the definitions are read again and what has changed is carried out.
struct Apply {
  bool dry_run = false;
};

/// answer::Services, then the container ends. Without `exit_code` it is that of a SIGTERM.
struct Shutdown {
  std::optional<int> exit_code;
};

}  // namespace request

using Request = std::variant<request::Status, request::Operate, request::Signal, request::Logs,
                             request::Environment, request::Apply, request::Shutdown>;

/// One line of JSON, with its newline.
[[nodiscard]] std::string encode(const Request& request);

/// Never throws. The error says what is wrong with the line, for the client.
[[nodiscard]] Result<Request> decode_request(std::string_view line);

}  // namespace my_init::protocol
