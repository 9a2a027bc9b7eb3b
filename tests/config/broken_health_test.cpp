#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"no test",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {interval: 10s}
)"}}},
   R"(
web.yaml:2:14: error: 'healthcheck' has no 'test'
  healthcheck: {interval: 10s}
               ^
)"},
  {"an unknown word before the command",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: [CMD_SHELL, "curl localhost"]}
)"}}},
   R"(
web.yaml:2:22: error: 'test' must begin with CMD, CMD-SHELL or NONE, not 'CMD_SHELL' (did you mean 'CMD-SHELL'?)
  healthcheck: {test: [CMD_SHELL, "curl localhost"]}
                       ^
)"},
  {"no word before the command",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: [curl, localhost]}
)"}}},
   R"(
web.yaml:2:22: error: 'test' must begin with CMD, CMD-SHELL or NONE, not 'curl'
  healthcheck: {test: [curl, localhost]}
                       ^
)"},
  {"an empty test",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: ""}
)"}}},
   R"(
web.yaml:2:21: error: 'test' is empty
  healthcheck: {test: ""}
                      ^
)"},
  {"an empty list as test",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: []}
)"}}},
   R"(
web.yaml:2:21: error: 'test' is empty
  healthcheck: {test: []}
                      ^
)"},
  {"no program",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: [CMD]}
)"}}},
   R"(
web.yaml:2:22: error: 'test' has no program after CMD
  healthcheck: {test: [CMD]}
                       ^
)"},
  {"an empty program",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: [CMD, "", -x]}
)"}}},
   R"(
web.yaml:2:22: error: 'test' has no program after CMD
  healthcheck: {test: [CMD, "", -x]}
                       ^
)"},
  {"several texts for a shell",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: [CMD-SHELL, curl, localhost]}
)"}}},
   R"(
web.yaml:2:22: error: 'test' must have one text after CMD-SHELL
  healthcheck: {test: [CMD-SHELL, curl, localhost]}
                       ^
)"},
  {"nothing for a shell",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: [CMD-SHELL]}
)"}}},
   R"(
web.yaml:2:22: error: 'test' must have one text after CMD-SHELL
  healthcheck: {test: [CMD-SHELL]}
                       ^
)"},
  {"an empty text for a shell",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: [CMD-SHELL, ""]}
)"}}},
   R"(
web.yaml:2:33: error: 'test' is empty
  healthcheck: {test: [CMD-SHELL, ""]}
                                  ^
)"},
  {"something after NONE",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: [NONE, curl]}
)"}}},
   R"(
web.yaml:2:28: error: 'test' must have nothing after NONE
  healthcheck: {test: [NONE, curl]}
                             ^
)"},
  {"a list in the test",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: [CMD, [curl]]}
)"}}},
   R"(
web.yaml:2:27: error: 'test' must be a list of texts: this item is a list
  healthcheck: {test: [CMD, [curl]]}
                            ^
)"},
  {"two addresses",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: {tcp: "localhost:80", http: "http://localhost"}}
)"}}},
   R"(
web.yaml:2:43: error: 'test' has two ways, 'tcp' and 'http': one must go
  healthcheck: {test: {tcp: "localhost:80", http: "http://localhost"}}
                                            ^
)"},
  {"no address",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: {}}
)"}}},
   R"(
web.yaml:2:21: error: 'test' is empty
  healthcheck: {test: {}}
                      ^
)"},
  {"an unknown kind of address",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: {https: "https://localhost"}}
)"}}},
   R"(
web.yaml:2:22: error: unknown key 'https' (did you mean 'http'?)
  healthcheck: {test: {https: "https://localhost"}}
                       ^
)"},
  {"an address without port",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: {tcp: localhost}}
)"}}},
   R"(
web.yaml:2:27: error: 'tcp': cannot read TCP target 'localhost': expected HOST:PORT, such as '127.0.0.1:5432'
  healthcheck: {test: {tcp: localhost}}
                            ^
)"},
  {"a test in the place of the check",
   {{{"web.yaml", R"(
command: [web]
healthcheck: curl localhost
)"}}},
   R"(
web.yaml:2:14: error: 'healthcheck' must be a map, not a text
  healthcheck: curl localhost
               ^
)"},
  {"an address in the place of the test",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {tcp: "localhost:80"}
)"}}},
   R"(
web.yaml:2:14: error: 'healthcheck' has no 'test'
  healthcheck: {tcp: "localhost:80"}
               ^
web.yaml:2:15: error: unknown key 'tcp'
  healthcheck: {tcp: "localhost:80"}
                ^
)"},
  {"a misspelt key",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: x, retry: 3}
)"}}},
   R"(
web.yaml:2:24: error: unknown key 'retry'
  healthcheck: {test: x, retry: 3}
                         ^
)"},
  {"retries of 0",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: x, retries: 0}
)"}}},
   R"(
web.yaml:2:33: error: 'retries' must be a whole number from 1 to 4294967295, not '0'
  healthcheck: {test: x, retries: 0}
                                  ^
)"},
  {"an interval of 0",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: x, interval: 0s}
)"}}},
   R"(
web.yaml:2:34: error: 'interval' must be longer than 0
  healthcheck: {test: x, interval: 0s}
                                   ^
)"},
  {"a timeout of 0",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: x, timeout: 0s}
)"}}},
   R"(
web.yaml:2:33: error: 'timeout' must be longer than 0
  healthcheck: {test: x, timeout: 0s}
                                  ^
)"},
  {"a start_interval of 0",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: x, start_interval: 0s}
)"}}},
   R"(
web.yaml:2:40: error: 'start_interval' must be longer than 0
  healthcheck: {test: x, start_interval: 0s}
                                         ^
)"},
  {"an unknown answer to a failure",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: x, on_failure: reboot}
)"}}},
   R"(
web.yaml:2:36: error: 'on_failure' must be restart, none or shutdown, not 'reboot'
  healthcheck: {test: x, on_failure: reboot}
                                     ^
)"},
  {"disable that is no boolean",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {disable: on}
)"}}},
   R"(
web.yaml:2:24: error: 'disable': 'on' is no boolean here: write true or false
  healthcheck: {disable: on}
                         ^
)"},
  {"a timeout that is as long as the interval",
   {{{"web.yaml", R"(
command: [web]
healthcheck:
  test: x
  interval: 10s
  timeout: 10s
)"}}},
   R"(
web.yaml:5:12: warning: the health check's timeout of 10s is not shorter than its interval of 10s
    timeout: 10s
             ^
)"},
  {"an interval that is shorter than the timeout that is not written",
   {{{"web.yaml", R"(
command: [web]
healthcheck: {test: x, interval: 2s}
)"}}},
   R"(
web.yaml:2:34: warning: the health check's timeout of 5s is not shorter than its interval of 2s
  healthcheck: {test: x, interval: 2s}
                                   ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a health check that cannot work is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
