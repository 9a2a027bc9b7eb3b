#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

constexpr auto kTable = std::to_array<BrokenFiles>({
    {"the control socket",
     {{{"my_init.yaml", "control: {path: /run/c.sock}\n"}}},
     "my_init.yaml:1:1: error: 'control' is not available in this version\n"
     "  control: {path: /run/c.sock}\n"
     "  ^\n"},
});

}  // namespace

TEST_CASE("a value of a later version says so at its place", "[config][broken]") {
  check_broken(kTable);
}
