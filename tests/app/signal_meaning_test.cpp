#include "my_init/app/signal_meaning.hpp"

#include <csignal>

#include "catch.hpp"

using namespace my_init::app;

TEST_CASE("SIGTERM and SIGINT ask for a shutdown, with or without a main command",
          "[app][signals]") {
  for (const int signo : {SIGTERM, SIGINT}) {
    CHECK(meaning_of(signo, MainCommand::absent) == SignalMeaning::shut_down);
    CHECK(meaning_of(signo, MainCommand::present) == SignalMeaning::shut_down);
  }
}

TEST_CASE("the halt signals of image and runtime ask for a shutdown without a main command",
          "[app][signals]") {
  for (const int signo : {SIGQUIT, SIGPWR, SIGRTMIN + 3}) {
    CHECK(meaning_of(signo, MainCommand::absent) == SignalMeaning::shut_down);
    CHECK(meaning_of(signo, MainCommand::present) == SignalMeaning::forward);
  }
}

TEST_CASE("the signals for ourselves belong to the main command where there is one",
          "[app][signals]") {
  CHECK(meaning_of(SIGHUP, MainCommand::absent) == SignalMeaning::reload);
  CHECK(meaning_of(SIGUSR1, MainCommand::absent) == SignalMeaning::reopen_logs);
  CHECK(meaning_of(SIGUSR2, MainCommand::absent) == SignalMeaning::dump_status);
  for (const int signo : {SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, SIGALRM})
    CHECK(meaning_of(signo, MainCommand::present) == SignalMeaning::forward);
}

TEST_CASE("signals that our own writes and children raise mean nothing", "[app][signals]") {
  for (const int signo : {SIGPIPE, SIGCHLD}) {
    CHECK(meaning_of(signo, MainCommand::absent) == SignalMeaning::nothing);
    CHECK(meaning_of(signo, MainCommand::present) == SignalMeaning::nothing);
  }
}
