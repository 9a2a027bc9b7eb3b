#include "my_init/base/exit_status.hpp"

#include <csignal>

#include "catch.hpp"

using namespace my_init;

TEST_CASE("an exit is told by its status and a kill by its signal", "[base][exit_status]") {
  CHECK(ExitStatus::exited(3).describe() == "exited with status 3");
  CHECK(ExitStatus::signaled(SIGKILL).describe() == "was killed by SIGKILL");
}

TEST_CASE("the exit code of a killed process is 128 and the signal's number",
          "[base][exit_status]") {
  CHECK(ExitStatus::exited(42).exit_code() == 42);
  CHECK(ExitStatus::signaled(SIGTERM).exit_code() == 143);
}
