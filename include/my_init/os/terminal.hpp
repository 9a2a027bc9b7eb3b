#pragma once

#include <optional>

namespace my_init::os {

/// Descriptor 0, when it is the terminal that controls our session (`docker run -it`): then a main
/// command can be given its foreground. Nothing otherwise.
[[nodiscard]] std::optional<int> controlling_terminal();

/// Makes our own process group the foreground of `terminal` again, after the main command has
/// ended. SIGTTOU must be blocked. A terminal that was hung up is no error.
void take_foreground(int terminal);

}  // namespace my_init::os
