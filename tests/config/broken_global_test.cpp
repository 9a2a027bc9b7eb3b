#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"a soft dependency that is unknown is a warning",
   {{{"web.yaml", R"(
command: [web]
depends_on:
  db: {required: false}
)"}}},
   R"(
web.yaml:3:3: warning: unknown service 'db'
    db: {required: false}
    ^
)"},
  {"all errors of all files",
   {{{"a.yaml", R"(
command: []
enabled: yes
)"},
    {"b.yaml", R"(
nope: 1
command: [b]
user: nobody2
)"}}},
   R"(
a.yaml:1:10: error: 'command' is empty
  command: []
           ^
a.yaml:2:10: error: 'enabled': 'yes' is no boolean here: write true or false
  enabled: yes
           ^
b.yaml:1:1: error: unknown key 'nope'
  nope: 1
  ^
b.yaml:3:7: error: unknown user 'nobody2'
  user: nobody2
        ^
)"},
  {"shell characters in a command are a warning",
   {{{"a.yaml", R"(
command: a | b
)"},
    {"b.yaml", R"(
command: b 'x | y' ~/z
)"},
    {"c.yaml", R"(
command: c $$(date) "*"
)"}}},
   R"(
a.yaml:1:10: warning: 'command' is not run by a shell: '|' without quotes is passed on as it is (for a shell write [sh, -c, "..."])
  command: a | b
           ^
b.yaml:1:10: warning: 'command' is not run by a shell: '~' without quotes is passed on as it is (for a shell write [sh, -c, "..."])
  command: b 'x | y' ~/z
           ^
c.yaml:1:10: warning: 'command' is not run by a shell: '$(' without quotes is passed on as it is (for a shell write [sh, -c, "..."])
  command: c $$(date) "*"
           ^
)"},
  {"an unset variable is a warning",
   {{{"a.yaml", R"(
command: [a]
environment:
  X: ${NOT_SET}
)"}}},
   R"(
a.yaml:3:6: warning: variable 'NOT_SET' is not set: taken as empty
    X: ${NOT_SET}
       ^
)"},
  {"a service whose profile is not selected",
   {{{"db.yaml", R"(
command: [db]
profiles: [full]
)"},
    {"web.yaml", R"(
command: [web]
depends_on: [db]
)"}}},
   R"(
web.yaml:2:14: error: service 'db' has no selected profile (see MY_INIT_PROFILES)
  depends_on: [db]
               ^
)"},
  {"a file of several services with a slip in its first word",
   {{{"all.yaml", R"(
service:
  web: {command: web}
)"}}},
   R"(
all.yaml:1: error: service 'all' has no command
  service:
all.yaml:1:1: error: unknown key 'service' (did you mean 'services'?)
  service:
  ^
)"},
  {"an unknown key of the global file",
   {{{"my_init.yaml", R"(
default: {user: root}
)"}}},
   R"(
my_init.yaml:1:1: error: unknown key 'default' (did you mean 'defaults'?)
  default: {user: root}
  ^
)"},
  {"unknown values of the global file",
   {{{"my_init.yaml", R"(
logging: {format: xml, level: info, timestamps: yes}
shutdown: {timeout: 10}
cgroups: v2
)"}}},
   R"(
my_init.yaml:1:19: error: 'format' must be text or json, not 'xml'
  logging: {format: xml, level: info, timestamps: yes}
                    ^
my_init.yaml:1:49: error: 'timestamps': 'yes' is no boolean here: write true or false
  logging: {format: xml, level: info, timestamps: yes}
                                                  ^
my_init.yaml:2:21: error: 'timeout': cannot read duration '10': a unit is missing: h, m, s, ms, us or ns
  shutdown: {timeout: 10}
                      ^
my_init.yaml:3:10: error: 'cgroups' must be true or false, not 'v2'
  cgroups: v2
           ^
)"},
  {"the control socket has a path, a mode and a group",
   {{{"my_init.yaml", R"(
control: {path: run/c.sock, mode: "0888", grupp: adm}
shutdown: {timout: 1s}
logging: {lvl: info}
)"}}},
   R"(
my_init.yaml:1:17: error: 'path' must be an absolute path, not 'run/c.sock'
  control: {path: run/c.sock, mode: "0888", grupp: adm}
                  ^
my_init.yaml:1:35: error: 'mode' must be octal from 0 to 0777, such as "0660"
  control: {path: run/c.sock, mode: "0888", grupp: adm}
                                    ^
my_init.yaml:1:43: error: unknown key 'grupp'
  control: {path: run/c.sock, mode: "0888", grupp: adm}
                                            ^
my_init.yaml:2:12: error: unknown key 'timout' (did you mean 'timeout'?)
  shutdown: {timout: 1s}
             ^
my_init.yaml:3:11: error: unknown key 'lvl'
  logging: {lvl: info}
            ^
)"},
  {"an error in the defaults is said once",
   {{{"my_init.yaml", R"(
defaults:
  stop_grace: 1s
)"},
    {"a.yaml", R"(
command: [web]
)"},
    {"b.yaml", R"(
command: [web]
)"}}},
   R"(
my_init.yaml:2:3: error: unknown key 'stop_grace'
    stop_grace: 1s
    ^
)"},
  {"a global file that is a list",
   {{{"my_init.yaml", R"(
[a]
)"}}},
   R"(
my_init.yaml:1:1: error: the file must be a map of keys, not a list
  [a]
  ^
)"},
  {"a stop that is longer than its budget",
   {{{"my_init.yaml", R"(
shutdown: {timeout: 8s}
)"},
    {"db.yaml", R"(
command: [web]
)"},
    {"web.yaml", R"(
command: [web]
depends_on: [db]
stop_grace_period: 3s
)"}}},
   R"(
my_init.yaml:1:21: warning: the stop may need 13s, more than the 8s that it has: web 3s, then db 10s
  shutdown: {timeout: 8s}
                      ^
)"},
  {"an env_file with errors",
   {{{"web.yaml", R"(
command: [web]
env_file: web.env
)"},
    {"web.env", R"(
A=1
B C=2
D='x
)"}}},
   R"(
web.env:2: error: expected NAME=value, not 'B C=2'
  B C=2
web.env:3: error: the value of 'D' does not end: a ' is missing
  D='x
)"},
});
// clang-format on

}  // namespace

TEST_CASE("errors of all files and warnings are shown in one run", "[config][broken]") {
  check_broken(kTable);
}
