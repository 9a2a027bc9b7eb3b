#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"an unknown type",
   {{{"web.yaml", R"(
command: [web]
type: notify
)"}}},
   R"(
web.yaml:2:7: error: 'type' must be simple, oneshot or forking, not 'notify'
  type: notify
        ^
)"},
  {"a misspelt type",
   {{{"web.yaml", R"(
command: [web]
type: fork
)"}}},
   R"(
web.yaml:2:7: error: 'type' must be simple, oneshot or forking, not 'fork'
  type: fork
        ^
)"},
  {"a type that is a list",
   {{{"web.yaml", R"(
command: [web]
type: [forking]
)"}}},
   R"(
web.yaml:2:7: error: 'type' must be simple, oneshot or forking, not a list
  type: [forking]
        ^
)"},
  {"a file of a service that does not fork",
   {{{"web.yaml", R"(
command: [web]
pid_file: /run/web.pid
)"}}},
   R"(
web.yaml:2:11: error: 'pid_file' needs 'type: forking'
  pid_file: /run/web.pid
            ^
)"},
  {"a relative file",
   {{{"web.yaml", R"(
command: [web]
type: forking
pid_file: web.pid
)"}}},
   R"(
web.yaml:3:11: error: 'pid_file' must be an absolute path, not 'web.pid'
  pid_file: web.pid
            ^
)"},
  {"a descriptor of a daemon that forks",
   {{{"web.yaml", R"(
command: [web]
type: forking
ready: {fd: 3}
)"}}},
   R"(
web.yaml:3:13: warning: 'fd' with type forking: a daemon closes what it inherits, so the newline may never come
  ready: {fd: 3}
              ^
)"},
  {"a schedule of a daemon that forks",
   {{{"web.yaml", R"(
command: [web]
type: forking
schedule: "@daily"
)"}}},
   R"(
web.yaml:3:11: error: 'schedule' needs 'type: oneshot'
  schedule: "@daily"
            ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a type that does not fit the other keys is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
