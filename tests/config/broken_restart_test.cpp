#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"an unknown restart policy",
   {{{"web.yaml", R"(
command: [web]
restart: on_failure
)"}}},
   R"(
web.yaml:2:10: error: 'restart' must be no, always, on-failure or unless-stopped, not 'on_failure' (did you mean 'on-failure'?)
  restart: on_failure
           ^
)"},
  {"false as restart policy",
   {{{"web.yaml", R"(
command: [web]
restart: false
)"}}},
   R"(
web.yaml:2:10: error: 'restart' must be no, always, on-failure or unless-stopped, not 'false'
  restart: false
           ^
)"},
  {"no number of retries",
   {{{"web.yaml", R"(
command: [web]
restart: "on-failure:"
)"}}},
   R"(
web.yaml:2:10: error: 'restart': on-failure needs a number above 0 after ':', not ''
  restart: "on-failure:"
           ^
)"},
  {"retries that are no number",
   {{{"web.yaml", R"(
command: [web]
restart: on-failure:many
)"}}},
   R"(
web.yaml:2:10: error: 'restart': on-failure needs a number above 0 after ':', not 'many'
  restart: on-failure:many
           ^
)"},
  {"a oneshot that restarts always",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
restart: always
)"}}},
   R"(
web.yaml:3:10: error: a oneshot cannot have 'restart: always': write no or on-failure
  restart: always
           ^
)"},
  {"a oneshot that restarts unless stopped",
   {{{"web.yaml", R"(
restart: unless-stopped
command: [web]
type: oneshot
)"}}},
   R"(
web.yaml:1:10: error: a oneshot cannot have 'restart: unless-stopped': write no or on-failure
  restart: unless-stopped
           ^
)"},
  {"an exit code that is too large",
   {{{"web.yaml", R"(
command: [web]
success_exit_codes: [0, 256]
)"}}},
   R"(
web.yaml:2:25: error: 'success_exit_codes' must be a whole number from 0 to 255, not '256'
  success_exit_codes: [0, 256]
                          ^
)"},
  {"an exit code that is hexadecimal",
   {{{"web.yaml", R"(
command: [web]
success_exit_codes: [0x10]
)"}}},
   R"(
web.yaml:2:22: error: 'success_exit_codes' must be a whole number from 0 to 255, not '0x10'
  success_exit_codes: [0x10]
                       ^
)"},
  {"one exit code",
   {{{"web.yaml", R"(
command: [web]
success_exit_codes: 3
)"}}},
   R"(
web.yaml:2:21: error: 'success_exit_codes' must be a list of exit codes, not a text
  success_exit_codes: 3
                      ^
)"},
  {"an unknown key of restart_backoff",
   {{{"web.yaml", R"(
command: [web]
restart_backoff: {inital: 1s}
)"}}},
   R"(
web.yaml:2:19: error: unknown key 'inital' (did you mean 'initial'?)
  restart_backoff: {inital: 1s}
                    ^
)"},
  {"a factor below 1",
   {{{"web.yaml", R"(
command: [web]
restart_backoff: {factor: 0.5}
)"}}},
   R"(
web.yaml:2:27: error: 'factor' must be a number from 1 to 1000, not '0.5'
  restart_backoff: {factor: 0.5}
                            ^
)"},
  {"a factor that is no number",
   {{{"web.yaml", R"(
command: [web]
restart_backoff: {factor: nan}
)"}}},
   R"(
web.yaml:2:27: error: 'factor' must be a number from 1 to 1000, not 'nan'
  restart_backoff: {factor: nan}
                            ^
)"},
  {"a jitter above 1",
   {{{"web.yaml", R"(
command: [web]
restart_backoff: {jitter: 10}
)"}}},
   R"(
web.yaml:2:27: error: 'jitter' must be a number from 0 to 1, not '10'
  restart_backoff: {jitter: 10}
                            ^
)"},
  {"a maximum below the initial delay",
   {{{"web.yaml", R"(
command: [web]
restart_backoff: {initial: 5s, max: 1s}
)"}}},
   R"(
web.yaml:2:37: error: 'max' must not be less than 'initial'
  restart_backoff: {initial: 5s, max: 1s}
                                      ^
)"},
  {"a negative count",
   {{{"web.yaml", R"(
command: [web]
restart_limit: {count: -1}
)"}}},
   R"(
web.yaml:2:24: error: 'count' must be a whole number from 0 to 4294967295, not '-1'
  restart_limit: {count: -1}
                         ^
)"},
  {"a window of 0",
   {{{"web.yaml", R"(
command: [web]
restart_limit: {count: 3, window: 0s}
)"}}},
   R"(
web.yaml:2:35: error: 'window' must be longer than 0
  restart_limit: {count: 3, window: 0s}
                                    ^
)"},
  {"an unknown end of the limit",
   {{{"web.yaml", R"(
command: [web]
restart_limit: {then: stop}
)"}}},
   R"(
web.yaml:2:23: error: 'then' must be fail, shutdown or {retry_after: 10m}, not 'stop'
  restart_limit: {then: stop}
                        ^
)"},
  {"retry_after without its duration",
   {{{"web.yaml", R"(
command: [web]
restart_limit: {then: {retry_after: }}
)"}}},
   R"(
web.yaml:2:24: error: 'retry_after' has no value
  restart_limit: {then: {retry_after: }}
                         ^
)"},
  {"a text as restart_limit",
   {{{"web.yaml", R"(
command: [web]
restart_limit: 5
)"}}},
   R"(
web.yaml:2:16: error: 'restart_limit' must be a map, not a text
  restart_limit: 5
                 ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a restart rule that cannot be followed is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
