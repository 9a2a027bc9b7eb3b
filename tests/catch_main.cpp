// main() of the unit tests: version 2 of Catch2 makes it from this macro, version 3 from its
// session.
#define CATCH_CONFIG_RUNNER
#include "catch.hpp"

int main(int argc, char* argv[]) {
  return Catch::Session().run(argc, argv);
}
