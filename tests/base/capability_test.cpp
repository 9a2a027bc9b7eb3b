#include "my_init/base/capability.hpp"

#include "catch.hpp"

namespace my_init {

TEST_CASE("a capability is known with and without its prefix, in either case", "[base]") {
  CHECK(capability_number("CAP_CHOWN") == 0);
  CHECK(capability_number("NET_BIND_SERVICE") == 10);
  CHECK(capability_number("cap_net_bind_service") == 10);
  CHECK(capability_number("CHECKPOINT_RESTORE") == 40);
  for (const char* unknown : {"", "CAP_", "ALL", "CAP_CAP_CHOWN", "NET", "CHOWN+", "10"})
    CHECK_FALSE(capability_number(unknown));
}

TEST_CASE("the name of a capability reads back as its number", "[base]") {
  for (int number = 0; number <= 40; ++number)
    CHECK(capability_number(capability_name(number)) == number);
  CHECK(capability_name(10) == "CAP_NET_BIND_SERVICE");
  CHECK(capability_name(41) == "capability 41");
}

}  // namespace my_init
