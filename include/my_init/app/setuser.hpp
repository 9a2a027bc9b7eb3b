#pragma once

#include <span>
#include <string>
#include <string_view>

namespace my_init::app {

/// The name under which this binary is setuser: argv[0].
inline constexpr std::string_view kSetuserProgram = "setuser";

/// The program "setuser USER[:GROUP] COMMAND [ARG...]": becomes that user, in the same process,
/// with USER, HOME and UID set, and executes the command. A user or group is a name or a number;
/// the groups of a user that is named come with it. Returns only an exit code for what went wrong,
/// after a line on stderr: 127 when there is no such command, 126 when it cannot be executed,
/// else 1.
[[nodiscard]] int run_setuser(std::span<const std::string> words);

}  // namespace my_init::app
