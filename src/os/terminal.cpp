#include "my_init/os/terminal.hpp"

#include <termios.h>
#include <unistd.h>

namespace my_init::os {

std::optional<int> controlling_terminal() {
  // tcgetsid(3) fails unless the descriptor is the caller's controlling terminal.
  const pid_t session = ::tcgetsid(STDIN_FILENO);
  if (session < 0 || session != ::getsid(0)) return std::nullopt;
  return STDIN_FILENO;
}

void take_foreground(int terminal) {
  ::tcsetpgrp(terminal, ::getpgrp());
}

}  // namespace my_init::os
