#pragma once

#include <cstdint>

namespace my_init::app {

/// What a signal to my_init asks for (BEHAVIOUR L4, L5, L9 to L11).
enum class SignalMeaning : std::uint8_t {
  shut_down,
  forward,  ///< to the main command
  reload,   ///< re-read the definitions
  reopen_logs,
  dump_status,  ///< to the log
  nothing,
};

enum class MainCommand : std::uint8_t { absent, present };

[[nodiscard]] SignalMeaning meaning_of(int signo, MainCommand main_command);

}  // namespace my_init::app
