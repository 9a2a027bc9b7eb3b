#include "my_init/os/signals.hpp"

#include <signal.h>
#include <unistd.h>

#include "catch.hpp"

namespace my_init::os {

namespace {

/// Gives the signals of this thread back as they were.
class KeepSignals {
 public:
  KeepSignals() { ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_); }
  ~KeepSignals() { ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr); }
  KeepSignals(const KeepSignals&) = delete;
  KeepSignals& operator=(const KeepSignals&) = delete;

 private:
  sigset_t mask_{};
};

}  // namespace

TEST_CASE("all signals but faults are blocked, and none stays ignored", "[os][signals]") {
  const KeepSignals keep;
  ::signal(SIGCHLD, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  take_over_signals();
  struct sigaction action{};
  ::sigaction(SIGCHLD, nullptr, &action);
  CHECK(action.sa_handler == SIG_DFL);
  ::sigaction(SIGPIPE, nullptr, &action);
  CHECK(action.sa_handler == SIG_DFL);
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  for (const int blocked : {SIGHUP, SIGINT, SIGTERM, SIGCHLD, SIGPIPE, SIGTTOU, SIGTSTP, SIGRTMAX})
    CHECK(sigismember(&mask, blocked) == 1);
  for (const int open : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS})
    CHECK(sigismember(&mask, open) == 0);
}

TEST_CASE("a source tells each signal that arrived, but SIGCHLD", "[os][signals]") {
  const KeepSignals keep;
  take_over_signals();
  SignalSource source = SignalSource::create().value();
  CHECK(source.take().empty());
  ::raise(SIGCHLD);
  ::raise(SIGTERM);
  ::raise(SIGTERM);  // standard signals do not queue
  for (int i = 0; i < 20; ++i) ::raise(SIGRTMIN + 3);
  const std::vector<int> taken = source.take();
  REQUIRE(taken.size() == 21);
  CHECK(taken.front() == SIGTERM);
  CHECK(taken.back() == SIGRTMIN + 3);
  CHECK(source.take().empty());
}

}  // namespace my_init::os
