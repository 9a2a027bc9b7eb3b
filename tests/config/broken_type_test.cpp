#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"an unknown key",
   {{{"web.yaml", R"(
command: [web]
restrat: always
)"}}},
   R"(
web.yaml:2:1: error: unknown key 'restrat' (did you mean 'restart'?)
  restrat: always
  ^
)"},
  {"a key in another case",
   {{{"web.yaml", R"(
Command: [web]
)"}}},
   R"(
web.yaml:1: error: service 'web' has no command
  Command: [web]
web.yaml:1:1: error: unknown key 'Command' (did you mean 'command'?)
  Command: [web]
  ^
)"},
  {"a key of Compose that is not of a service in a container",
   {{{"web.yaml", R"(
command: [web]
ports: ["80:80"]
)"}}},
   R"(
web.yaml:2:1: error: unknown key 'ports': Compose's, for the container as a whole (it belongs into compose.yaml, or to docker run)
  ports: ["80:80"]
  ^
)"},
  {"an unknown key that is like nothing",
   {{{"web.yaml", R"(
command: [web]
frobnicate: 1
)"}}},
   R"(
web.yaml:2:1: error: unknown key 'frobnicate'
  frobnicate: 1
  ^
)"},
  {"no command",
   {{{"web.yaml", R"(
description: Web
)"}}},
   R"(
web.yaml:1: error: service 'web' has no command
  description: Web
)"},
  {"an empty command",
   {{{"web.yaml", R"(
command: ""
)"}}},
   R"(
web.yaml:1:10: error: 'command' is empty
  command: ""
           ^
)"},
  {"a command of blanks",
   {{{"web.yaml", R"(
command: " "
)"}}},
   R"(
web.yaml:1:10: error: 'command' is empty
  command: " "
           ^
)"},
  {"an empty list as command",
   {{{"web.yaml", R"(
command: []
)"}}},
   R"(
web.yaml:1:10: error: 'command' is empty
  command: []
           ^
)"},
  {"an empty program",
   {{{"web.yaml", R"(
command: ["", -x]
)"}}},
   R"(
web.yaml:1:10: error: 'command' is empty
  command: ["", -x]
           ^
)"},
  {"a command without value",
   {{{"web.yaml", R"(
command:
user: "0"
)"}}},
   R"(
web.yaml:1:1: error: 'command' has no value
  command:
  ^
)"},
  {"a map as command",
   {{{"web.yaml", R"(
command: {run: web}
)"}}},
   R"(
web.yaml:1:10: error: 'command' must be a list of words or a text, not a map
  command: {run: web}
           ^
)"},
  {"a list within a command",
   {{{"web.yaml", R"(
command: [web, [a]]
)"}}},
   R"(
web.yaml:1:16: error: 'command' must be a list of texts: this item is a list
  command: [web, [a]]
                 ^
)"},
  {"null as a word",
   {{{"web.yaml", R"(
command: [echo, null]
)"}}},
   R"(
web.yaml:1:17: error: 'command' must be a list of texts: this item is nothing (null needs quotes)
  command: [echo, null]
                  ^
)"},
  {"a command with an open quote",
   {{{"web.yaml", R"(
command: web 'a b
)"}}},
   R"(
web.yaml:1:10: error: 'command': cannot split the command: a ' is missing
  command: web 'a b
           ^
)"},
  {"a command that ends with a backslash",
   {{{"web.yaml", R"(
command: web \
)"}}},
   R"(
web.yaml:1:10: error: 'command': cannot split the command: nothing follows the last \
  command: web \
           ^
)"},
  {"yes as a boolean",
   {{{"web.yaml", R"(
command: [web]
enabled: yes
)"}}},
   R"(
web.yaml:2:10: error: 'enabled': 'yes' is no boolean here: write true or false
  enabled: yes
           ^
)"},
  {"on as a boolean",
   {{{"web.yaml", R"(
command: [web]
essential: on
)"}}},
   R"(
web.yaml:2:12: error: 'essential': 'on' is no boolean here: write true or false
  essential: on
             ^
)"},
  {"y as a boolean",
   {{{"web.yaml", R"(
command: [web]
no_new_privileges: y
)"}}},
   R"(
web.yaml:2:20: error: 'no_new_privileges': 'y' is no boolean here: write true or false
  no_new_privileges: y
                     ^
)"},
  {"True as a boolean",
   {{{"web.yaml", R"(
command: [web]
enabled: True
)"}}},
   R"(
web.yaml:2:10: error: 'enabled': 'True' is no boolean here: write true or false
  enabled: True
           ^
)"},
  {"1 as a boolean",
   {{{"web.yaml", R"(
command: [web]
enabled: 1
)"}}},
   R"(
web.yaml:2:10: error: 'enabled' must be true or false, not '1'
  enabled: 1
           ^
)"},
  {"a boolean in quotes",
   {{{"web.yaml", R"(
command: [web]
enabled: "true"
)"}}},
   R"(
web.yaml:2:10: error: 'enabled' must be true or false without quotes
  enabled: "true"
           ^
)"},
  {"a list as a boolean",
   {{{"web.yaml", R"(
command: [web]
enabled: [true]
)"}}},
   R"(
web.yaml:2:10: error: 'enabled' must be true or false, not a list
  enabled: [true]
           ^
)"},
  {"a bare umask",
   {{{"web.yaml", R"(
command: [web]
umask: 022
)"}}},
   R"(
web.yaml:2:8: error: 'umask' must be octal in quotes: write "022"
  umask: 022
         ^
)"},
  {"a umask that is not octal",
   {{{"web.yaml", R"(
command: [web]
umask: "0089"
)"}}},
   R"(
web.yaml:2:8: error: 'umask' must be octal from "0" to "0777", not '0089'
  umask: "0089"
         ^
)"},
  {"a umask that is too large",
   {{{"web.yaml", R"(
command: [web]
umask: "1777"
)"}}},
   R"(
web.yaml:2:8: error: 'umask' must be octal from "0" to "0777", not '1777'
  umask: "1777"
         ^
)"},
  {"a relative working directory",
   {{{"web.yaml", R"(
command: [web]
working_dir: srv
)"}}},
   R"(
web.yaml:2:14: error: 'working_dir' must be an absolute path, not 'srv'
  working_dir: srv
               ^
)"},
  {"a list as description",
   {{{"web.yaml", R"(
command: [web]
description: [a]
)"}}},
   R"(
web.yaml:2:14: error: 'description' must be a text, not a list
  description: [a]
               ^
)"},
  {"a text as profiles",
   {{{"web.yaml", R"(
command: [web]
profiles: web
)"}}},
   R"(
web.yaml:2:11: error: 'profiles' must be a list of texts, not a text
  profiles: web
            ^
)"},
  {"an unknown type",
   {{{"web.yaml", R"(
command: [web]
type: oneshoot
)"}}},
   R"(
web.yaml:2:7: error: 'type' must be simple, oneshot or forking, not 'oneshoot' (did you mean 'oneshot'?)
  type: oneshoot
        ^
)"},
  {"a text as environment",
   {{{"web.yaml", R"(
command: [web]
environment: A=b
)"}}},
   R"(
web.yaml:2:14: error: 'environment' must be a map or a list of NAME=value, not a text
  environment: A=b
               ^
)"},
  {"a list as the value of a variable",
   {{{"web.yaml", R"(
command: [web]
environment: {A: [b]}
)"}}},
   R"(
web.yaml:2:18: error: the value of variable 'A' must be a text, not a list
  environment: {A: [b]}
                   ^
)"},
  {"an item without a name",
   {{{"web.yaml", R"(
command: [web]
environment: ["=b"]
)"}}},
   R"(
web.yaml:2:15: error: expected NAME=value, not '=b'
  environment: ["=b"]
                ^
)"},
  {"a variable with = in its name",
   {{{"web.yaml", R"(
command: [web]
environment: {"A=B": c}
)"}}},
   R"(
web.yaml:2:15: error: 'A=B' cannot be the name of a variable
  environment: {"A=B": c}
                ^
)"},
  {"a map as inherit_environment",
   {{{"web.yaml", R"(
command: [web]
inherit_environment: {A: true}
)"}}},
   R"(
web.yaml:2:22: error: 'inherit_environment' must be true, false or a list of names, not a map
  inherit_environment: {A: true}
                       ^
)"},
  {"no as inherit_environment",
   {{{"web.yaml", R"(
command: [web]
inherit_environment: no
)"}}},
   R"(
web.yaml:2:22: error: 'inherit_environment': 'no' is no boolean here: write true or false
  inherit_environment: no
                       ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a value of the wrong type is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
