#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"an unknown user",
   {{{"web.yaml", R"(
command: [web]
user: nginx
)"}}},
   R"(
web.yaml:2:7: error: unknown user 'nginx'
  user: nginx
        ^
)"},
  {"an unknown group",
   {{{"web.yaml", R"(
command: [web]
user: www-data:nginx
)"}}},
   R"(
web.yaml:2:7: error: unknown group 'nginx'
  user: www-data:nginx
        ^
)"},
  {"a user without a group after the colon",
   {{{"web.yaml", R"(
command: [web]
user: "www-data:"
)"}}},
   R"(
web.yaml:2:7: error: unknown group ''
  user: "www-data:"
        ^
)"},
  {"a user id that is too large",
   {{{"web.yaml", R"(
command: [web]
user: 4294967295
)"}}},
   R"(
web.yaml:2:7: error: '4294967295' is no user id: it is too large
  user: 4294967295
        ^
)"},
  {"an unknown group to add",
   {{{"web.yaml", R"(
command: [web]
group_add: [video, ssl-cert]
)"}}},
   R"(
web.yaml:2:13: error: unknown group 'video'
  group_add: [video, ssl-cert]
              ^
)"},
  {"an unknown capability",
   {{{"web.yaml", R"(
command: [web]
cap_add: [NET_BIND_SERVIC]
)"}}},
   R"(
web.yaml:2:11: error: unknown capability 'NET_BIND_SERVIC' (did you mean 'NET_BIND_SERVICE'?)
  cap_add: [NET_BIND_SERVIC]
            ^
)"},
  {"an unknown capability with its prefix",
   {{{"web.yaml", R"(
command: [web]
cap_drop: [CAP_SYS_ADMN]
)"}}},
   R"(
web.yaml:2:12: error: unknown capability 'CAP_SYS_ADMN' (did you mean 'SYS_ADMIN'?)
  cap_drop: [CAP_SYS_ADMN]
             ^
)"},
  {"a misspelt signal",
   {{{"web.yaml", R"(
command: [web]
stop_signal: SIGTREM
)"}}},
   R"(
web.yaml:2:14: error: unknown signal 'SIGTREM' (did you mean 'SIGTERM'?)
  stop_signal: SIGTREM
               ^
)"},
  {"a signal's number that is too large",
   {{{"web.yaml", R"(
command: [web]
stop_signal: 65
)"}}},
   R"(
web.yaml:2:14: error: unknown signal '65'
  stop_signal: 65
               ^
)"},
  {"a duration without a unit",
   {{{"web.yaml", R"(
command: [web]
stop_grace_period: 10
)"}}},
   R"(
web.yaml:2:20: error: 'stop_grace_period': cannot read duration '10': a unit is missing: h, m, s, ms, us or ns
  stop_grace_period: 10
                     ^
)"},
  {"a duration with an unknown unit",
   {{{"web.yaml", R"(
command: [web]
stop_grace_period: 10 seconds
)"}}},
   R"(
web.yaml:2:20: error: 'stop_grace_period': cannot read duration '10 seconds': unknown unit, known are h, m, s, ms, us and ns
  stop_grace_period: 10 seconds
                     ^
)"},
  {"a negative duration",
   {{{"web.yaml", R"(
command: [web]
stop_grace_period: -5s
)"}}},
   R"(
web.yaml:2:20: error: 'stop_grace_period': cannot read duration '-5s': it must not be negative
  stop_grace_period: -5s
                     ^
)"},
  {"an unknown kill mode",
   {{{"web.yaml", R"(
command: [web]
kill_mode: groups
)"}}},
   R"(
web.yaml:2:12: error: 'kill_mode' must be mixed, group or process, not 'groups' (did you mean 'group'?)
  kill_mode: groups
             ^
)"},
  {"a missing env_file",
   {{{"web.yaml", R"(
command: [web]
env_file: /nonexistent/web.env
)"}}},
   R"(
web.yaml:2:11: error: env_file '/nonexistent/web.env': cannot read the file: no such file or directory
  env_file: /nonexistent/web.env
            ^
)"},
  {"an env_file without path",
   {{{"web.yaml", R"(
command: [web]
env_file: [{required: false}]
)"}}},
   R"(
web.yaml:2:12: error: this env_file has no path
  env_file: [{required: false}]
             ^
)"},
  {"an env_file that is a directory",
   {{{"web.yaml", R"(
command: [web]
env_file: {path: /, required: false}
)"}}},
   R"(
web.yaml:2:18: error: env_file '/': cannot read the file: it is not a regular file
  env_file: {path: /, required: false}
                   ^
)"},
  {"an unset variable with a message",
   {{{"web.yaml", R"(
command: [web]
user: ${WEB_USER:?set it to a name}
)"}}},
   R"(
web.yaml:2:7: error: variable 'WEB_USER' is not set: set it to a name
  user: ${WEB_USER:?set it to a name}
        ^
)"},
  {"an empty variable with a message",
   {{{"web.yaml", R"(
command: [web]
user: ${EMPTY:?}
)"}}},
   R"(
web.yaml:2:7: error: variable 'EMPTY' is empty: it is required
  user: ${EMPTY:?}
        ^
)"},
  {"a dollar sign alone",
   {{{"web.yaml", R"(
command: [sh, -c, "echo $(date) costs 5$"]
)"}}},
   R"(
web.yaml:1:19: error: '$(' is no variable: write '$$' for a dollar sign
  command: [sh, -c, "echo $(date) costs 5$"]
                    ^
)"},
  {"a shell's parameter",
   {{{"web.yaml", R"(
command: [awk, "{print $1}"]
)"}}},
   R"(
web.yaml:1:16: error: '$1' is no variable: write '$$' for a dollar sign
  command: [awk, "{print $1}"]
                 ^
)"},
  {"an open variable",
   {{{"web.yaml", R"(
command: [web]
description: ${HOME
)"}}},
   R"(
web.yaml:2:14: error: '${HOME' without its '}': write '$$' for a dollar sign
  description: ${HOME
               ^
)"},
  {"an unknown operator",
   {{{"web.yaml", R"(
command: [web]
description: ${HOME:=x}
)"}}},
   R"(
web.yaml:2:14: error: ':=' after the name of a variable: known are '}', :- - :? ? :+ and +
  description: ${HOME:=x}
               ^
)"},
  {"an empty variable name",
   {{{"web.yaml", R"(
command: [web]
description: ${}
)"}}},
   R"(
web.yaml:2:14: error: '${}' is no variable: write '$$' for a dollar sign
  description: ${}
               ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a value that means nothing is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
