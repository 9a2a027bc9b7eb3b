#include "my_init/base/signal_name.hpp"

#include <csignal>

#include "catch.hpp"

using namespace my_init;

TEST_CASE("a signal is known by its name in either case, with or without SIG",
          "[base][signal_name]") {
  for (const char* name : {"SIGTERM", "TERM", "sigterm", "term", "SigTerm", "15"}) {
    CAPTURE(name);
    CHECK(signal_number(name) == SIGTERM);
  }
}

TEST_CASE("the second names of signals are known", "[base][signal_name]") {
  CHECK(signal_number("SIGCLD") == SIGCHLD);
  CHECK(signal_number("SIGIOT") == SIGABRT);
  CHECK(signal_number("SIGIO") == SIGIO);
  CHECK(signal_number("SIGPOLL") == SIGIO);
}

TEST_CASE("real-time signals are counted from either end", "[base][signal_name]") {
  CHECK(signal_number("SIGRTMIN") == SIGRTMIN);
  CHECK(signal_number("SIGRTMIN+3") == SIGRTMIN + 3);
  CHECK(signal_number("rtmax-1") == SIGRTMAX - 1);
  CHECK(signal_number("SIGRTMAX") == 64);
  CHECK(signal_number("64") == 64);
}

TEST_CASE("what is no signal has no number", "[base][signal_name]") {
  for (const char* name : {"", "SIG", "0", "65", "-1", "+1", " 1", "1 ", "99999999999", "SIGNOPE",
                           "SIGRTMIN+31", "SIGRTMIN-1", "SIGRTMAX+1", "SIGRTMIN+", "SIGRTMIN3",
                           "SIGRTMIN*3", "SIGRTMAX--1", "SIGRTMIN+999999999", "SIGSIGTERM"}) {
    CAPTURE(name);
    CHECK_FALSE(signal_number(name).has_value());
  }
}

TEST_CASE("every signal of the kernel is read back from its name", "[base][signal_name]") {
  for (int number = 1; number <= 64; ++number) {
    CAPTURE(number, signal_name(number));
    // 32 and 33 belong to the C library and have no name.
    if (number == 32 || number == 33) continue;
    CHECK(signal_number(signal_name(number)) == number);
  }
}

TEST_CASE("a number without a name is told as a number", "[base][signal_name]") {
  CHECK(signal_name(SIGTERM) == "SIGTERM");
  CHECK(signal_name(SIGRTMIN + 3) == "SIGRTMIN+3");
  CHECK(signal_name(33) == "signal 33");
  CHECK(signal_name(99) == "signal 99");
  CHECK(signal_name(0) == "signal 0");
  CHECK(signal_name(-1) == "signal -1");
}
