#include "my_init/base/result.hpp"

#include <cerrno>

#include "catch.hpp"

using namespace my_init;

TEST_CASE("the text of an errno begins with a small letter", "[base][result]") {
  CHECK(errno_text(ENOENT) == "no such file or directory");
  CHECK(errno_text(EIO) == "input/output error");
}

TEST_CASE("an acronym at the beginning of an errno's text stays as it is", "[base][result]") {
  CHECK(errno_text(EDOTDOT) == "RFS specific error");
}

TEST_CASE("an unknown errno is told by its number", "[base][result]") {
  CHECK(errno_text(12345) == "error 12345");
}

TEST_CASE("a system failure says what failed and why", "[base][result]") {
  const Result<int> result = system_failure("open '/x'", EACCES);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error() == Error{"cannot open '/x': permission denied", EACCES});
}

TEST_CASE("a failure without a system call has no errno", "[base][result]") {
  const Result<int> result = failure("cannot guess: no idea");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().number == 0);
}
