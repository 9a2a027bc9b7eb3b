#pragma once

#include <span>
#include <string>
#include <string_view>

namespace my_init::app {

/// The name under which this binary is the probe, and not PID 1: argv[0].
inline constexpr std::string_view kProbeProgram = "my_init-probe";

/// What a probe found out.
struct ProbeOutcome {
  int exit_code = 0;    ///< 0: the target answers; 1: it does not; kExitUsage: bad words
  std::string message;  ///< why not, without a newline; empty: it answers

  friend bool operator==(const ProbeOutcome&, const ProbeOutcome&) = default;
};

/// Asks once: "tcp HOST:PORT", whether a connection is accepted; "http URL", whether the final
/// status is 2xx or 3xx (a redirect is not followed, a body is not read). Blocks without a limit of
/// time: the parent kills us. A name is looked up in /etc/hosts and by DNS, whatever
/// /etc/nsswitch.conf says; this is set for the process.
[[nodiscard]] ProbeOutcome probe(std::span<const std::string> words);

/// The program: probe() with its message as a line on stderr. Returns the exit code.
[[nodiscard]] int run_probe(std::span<const std::string> words);

}  // namespace my_init::app
