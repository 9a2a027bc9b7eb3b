#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

constexpr auto kTable = std::to_array<BrokenFiles>({
    {"a way to be ready",
     {{{"web.yaml", "command: [web]\nready: {log: ready}\n"}}},
     "web.yaml:2:14: error: readiness by 'log' is not available in this version\n"
     "  ready: {log: ready}\n"
     "               ^\n"},
    {"a driver",
     {{{"web.yaml", "command: [web]\nlogging: {driver: file}\n"}}},
     "web.yaml:2:19: error: driver 'file' is not available in this version\n"
     "  logging: {driver: file}\n"
     "                    ^\n"},
    {"an unknown driver",
     {{{"web.yaml", "command: [web]\nlogging: {driver: inherits}\n"}}},
     "web.yaml:2:19: error: 'driver' must be inherit, container, file or none, not 'inherits' "
     "(did you mean 'inherit'?)\n"
     "  logging: {driver: inherits}\n"
     "                    ^\n"},
    {"an unknown key of logging",
     {{{"web.yaml", "command: [web]\nlogging: {drivr: inherit}\n"}}},
     "web.yaml:2:11: error: unknown key 'drivr' (did you mean 'driver'?)\n"
     "  logging: {drivr: inherit}\n"
     "            ^\n"},
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
