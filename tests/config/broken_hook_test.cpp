#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"one command that is a text",
   {{{"web.yaml", R"(
command: [web]
pre_start: mkdir -p /run/web
)"}}},
   R"(
web.yaml:2:12: error: 'pre_start' must be a list of commands, not a text
  pre_start: mkdir -p /run/web
             ^
)"},
  {"the words of one command",
   {{{"web.yaml", R"(
command: [web]
pre_start: [mkdir, -p, /run/web]
)"}}},
   R"(
web.yaml:2:20: error: 'pre_start' is a list of commands, and '-p' is none: write [[program, -p]]
  pre_start: [mkdir, -p, /run/web]
                     ^
)"},
  {"a map",
   {{{"web.yaml", R"(
command: [web]
post_stop: {run: x}
)"}}},
   R"(
web.yaml:2:12: error: 'post_stop' must be a list of commands, not a map
  post_stop: {run: x}
             ^
)"},
  {"a map as command",
   {{{"web.yaml", R"(
command: [web]
post_stop: [{run: x}]
)"}}},
   R"(
web.yaml:2:13: error: 'post_stop[0]' must be a list of words or a text, not a map
  post_stop: [{run: x}]
              ^
)"},
  {"an empty command",
   {{{"web.yaml", R"(
command: [web]
post_start: [[a], []]
)"}}},
   R"(
web.yaml:2:19: error: 'post_start[1]' is empty
  post_start: [[a], []]
                    ^
)"},
  {"an empty text",
   {{{"web.yaml", R"(
command: [web]
post_start: [""]
)"}}},
   R"(
web.yaml:2:14: error: 'post_start[0]' is empty
  post_start: [""]
               ^
)"},
  {"nothing",
   {{{"web.yaml", R"(
command: [web]
pre_stop: [~]
)"}}},
   R"(
web.yaml:2:12: error: 'pre_stop[0]' has no value: it must be a list of words or a text
  pre_stop: [~]
             ^
)"},
  {"a number among lists",
   {{{"web.yaml", R"(
command: [web]
pre_stop: [[a, [b]]]
)"}}},
   R"(
web.yaml:2:16: error: 'pre_stop[0]' must be a list of texts: this item is a list
  pre_stop: [[a, [b]]]
                 ^
)"},
  {"an open quote",
   {{{"web.yaml", R"(
command: [web]
pre_stop: ["a 'b"]
)"}}},
   R"(
web.yaml:2:12: error: 'pre_stop[0]': cannot split the command: a ' is missing
  pre_stop: ["a 'b"]
             ^
)"},
  {"a command for a shell",
   {{{"web.yaml", R"(
command: [web]
pre_stop: ["a; b"]
)"}}},
   R"(
web.yaml:2:12: warning: 'pre_stop[0]' is not run by a shell: ';' without quotes is passed on as it is (for a shell write [sh, -c, "..."])
  pre_stop: ["a; b"]
             ^
)"},
  {"an unknown signal",
   {{{"web.yaml", R"(
command: [web]
reload_signal: SIGHPU
)"}}},
   R"(
web.yaml:2:16: error: unknown signal 'SIGHPU' (did you mean 'SIGHUP'?)
  reload_signal: SIGHPU
                 ^
)"},
  {"a signal that is a list",
   {{{"web.yaml", R"(
command: [web]
reload_signal: [SIGHUP]
)"}}},
   R"(
web.yaml:2:16: error: 'reload_signal' must be a text, not a list
  reload_signal: [SIGHUP]
                 ^
)"},
  {"an empty reload_command",
   {{{"web.yaml", R"(
command: [web]
reload_command: []
)"}}},
   R"(
web.yaml:2:17: error: 'reload_command' is empty
  reload_command: []
                  ^
)"},
  {"both ways to reload",
   {{{"web.yaml", R"(
command: [web]
reload_command: [nginx, -s, reload]
reload_signal: SIGHUP
)"}}},
   R"(
web.yaml:2:17: error: 'reload_command' beside 'reload_signal' (web.yaml:3): one must go
  reload_command: [nginx, -s, reload]
                  ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a hook or a reload that cannot work is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
