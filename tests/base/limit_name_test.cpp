#include "my_init/base/limit_name.hpp"

#include <sys/resource.h>

#include "catch.hpp"

using namespace my_init;

TEST_CASE("a resource has the name that Compose gives it", "[base][limit]") {
  CHECK(limit_name(RLIMIT_NOFILE) == "nofile");
  CHECK(limit_name(RLIMIT_AS) == "as");
  CHECK(limit_name(-1) == "limit");
}
