#include "my_init/os/signals.hpp"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace my_init::os {

namespace {

constexpr std::array kFaults{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
constexpr std::size_t kSignalsPerRead = 16;

}  // namespace

void take_over_signals() {
  // exec(2) leaves a disposition ignored or default, so looking first spares what a sanitizer set.
  for (int signo = 1; signo < NSIG; ++signo) {
    struct sigaction action{};
    if (::sigaction(signo, nullptr, &action) != 0 || action.sa_handler != SIG_IGN) continue;
    action = {};
    action.sa_handler = SIG_DFL;
    ::sigaction(signo, &action, nullptr);
  }
  sigset_t mask;
  sigfillset(&mask);
  for (const int fault : kFaults) sigdelset(&mask, fault);
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

Result<SignalSource> SignalSource::create() {
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  sigdelset(&mask, SIGCHLD);
  UniqueFd fd(::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return system_failure("watch signals", errno);
  return SignalSource(std::move(fd));
}

std::vector<int> SignalSource::take() {
  std::vector<int> taken;
  std::array<signalfd_siginfo, kSignalsPerRead> batch;
  while (true) {
    const ssize_t size = ::read(fd_.get(), batch.data(), sizeof batch);
    if (size <= 0) return taken;
    const std::size_t count = static_cast<std::size_t>(size) / sizeof batch[0];
    for (std::size_t i = 0; i < count; ++i) taken.push_back(static_cast<int>(batch[i].ssi_signo));
    if (count < batch.size()) return taken;
  }
}

}  // namespace my_init::os
