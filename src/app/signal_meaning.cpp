#include "my_init/app/signal_meaning.hpp"

#include <csignal>

namespace my_init::app {

SignalMeaning meaning_of(int signo, MainCommand main_command) {
  // Our own writes and children raise these two; they are never a message to us.
  if (signo == SIGPIPE || signo == SIGCHLD) return SignalMeaning::nothing;
  if (signo == SIGTERM || signo == SIGINT) return SignalMeaning::shut_down;
  if (main_command == MainCommand::present) return SignalMeaning::forward;
  // SIGRTMIN+3 is how systemd-style runtimes (podman, LXC) ask an init to halt.
  if (signo == SIGQUIT || signo == SIGPWR || signo == SIGRTMIN + 3) return SignalMeaning::shut_down;
  if (signo == SIGHUP) return SignalMeaning::reload;
  if (signo == SIGUSR1) return SignalMeaning::reopen_logs;
  if (signo == SIGUSR2) return SignalMeaning::dump_status;
  return SignalMeaning::nothing;
}

}  // namespace my_init::app
