#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"an unknown dependency",
   {{{"db.yaml", R"(
command: [web]
)"},
    {"web.yaml", R"(
command: [web]
depends_on: [dbb]
)"}}},
   R"(
web.yaml:2:14: error: unknown service 'dbb' (did you mean 'db'?)
  depends_on: [dbb]
               ^
)"},
  {"an unknown condition",
   {{{"db.yaml", R"(
command: [web]
)"},
    {"web.yaml", R"(
command: [web]
depends_on:
  db: {condition: started}
)"}}},
   R"(
web.yaml:3:19: error: 'condition' must be service_started, service_completed_successfully or service_healthy, not 'started'
    db: {condition: started}
                    ^
)"},
  {"an unknown key of a dependency",
   {{{"db.yaml", R"(
command: [web]
)"},
    {"web.yaml", R"(
command: [web]
depends_on:
  db: {conditions: service_started}
)"}}},
   R"(
web.yaml:3:8: error: unknown key 'conditions' (did you mean 'condition'?)
    db: {conditions: service_started}
         ^
)"},
  {"a restart that is no boolean",
   {{{"db.yaml", R"(
command: [web]
)"},
    {"web.yaml", R"(
command: [web]
depends_on:
  db: {restart: always}
)"}}},
   R"(
web.yaml:3:17: error: 'restart' must be true or false, not 'always'
    db: {restart: always}
                  ^
)"},
  {"a oneshot that must be healthy",
   {{{"setup.yaml", R"(
command: [setup]
type: oneshot
)"},
    {"web.yaml", R"(
command: [web]
depends_on:
  setup: {condition: service_healthy}
)"}}},
   R"(
web.yaml:3:3: warning: service 'setup' is a oneshot, which is healthy only while it runs (did you mean 'condition: service_completed_successfully'?)
    setup: {condition: service_healthy}
    ^
)"},
  {"a text as dependency",
   {{{"db.yaml", R"(
command: [web]
)"},
    {"web.yaml", R"(
command: [web]
depends_on:
  db: service_started
)"}}},
   R"(
web.yaml:3:7: error: dependency 'db' must be a map such as {condition: service_started}, not a text
    db: service_started
        ^
)"},
  {"a text as dependencies",
   {{{"db.yaml", R"(
command: [web]
)"},
    {"web.yaml", R"(
command: [web]
depends_on: db
)"}}},
   R"(
web.yaml:2:13: error: 'depends_on' must be a list or a map of services, not a text
  depends_on: db
              ^
)"},
  {"a repeated dependency",
   {{{"db.yaml", R"(
command: [web]
)"},
    {"web.yaml", R"(
command: [web]
depends_on: [db, db]
)"}}},
   R"(
web.yaml:2:18: error: repeated dependency 'db'
  depends_on: [db, db]
                   ^
)"},
  {"a dependency on itself",
   {{{"web.yaml", R"(
command: [web]
depends_on: [web]
)"}}},
   R"(
web.yaml:2:14: error: dependency cycle: web -> web
  depends_on: [web]
               ^
)"},
  {"a cycle of two",
   {{{"a.yaml", R"(
command: [a]
depends_on: [b]
)"},
    {"b.yaml", R"(
command: [b]
depends_on: [a]
)"}}},
   R"(
b.yaml:2:14: error: dependency cycle: a -> b -> a
  depends_on: [a]
               ^
)"},
  {"a cycle behind a service that is in none",
   {{{"a.yaml", R"(
command: [a]
depends_on: [b]
)"},
    {"b.yaml", R"(
command: [b]
depends_on: [c]
)"},
    {"c.yaml", R"(
command: [c]
depends_on:
  b: {required: false}
)"}}},
   R"(
c.yaml:3:3: error: dependency cycle: b -> c -> b
    b: {required: false}
    ^
)"},
  {"one name in two files",
   {{{"all.yaml", R"(
services:
  db: {command: [db]}
  web: {command: [web]}
)"},
    {"web.yaml", R"(
command: [web]
)"}}},
   R"(
web.yaml:1: error: service 'web' is defined twice: first in all.yaml:3
  command: [web]
)"},
  {"one name with two endings",
   {{{"web.yaml", R"(
command: [web]
)"},
    {"web.yml", R"(
command: [web]
)"}}},
   R"(
web.yml:1: error: service 'web' is defined twice: first in web.yaml:1
  command: [web]
)"},
  {"an override without a base",
   {{{"web.override.yaml", R"(
user: "0"
)"}}},
   R"(
web.override.yaml: error: nothing to override: there is no web.yaml or web.yml
)"},
  {"an override that is no map",
   {{{"web.yaml", R"(
command: [web]
)"},
    {"web.override.yaml", R"(
[user]
)"}}},
   R"(
web.override.yaml:1:1: error: an override must be a map of keys
  [user]
  ^
)"},
  {"an override of the other form",
   {{{"web.yaml", R"(
command: [web]
)"},
    {"web.override.yaml", R"(
services: {web: {user: "0"}}
)"}}},
   R"(
web.override.yaml: error: either both or none of this file and web.yaml must have 'services'
)"},
  {"an error in an override",
   {{{"web.yaml", R"(
command: [web]
)"},
    {"web.override.yaml", R"(
stop_signal: SIGFOO
)"}}},
   R"(
web.override.yaml:1:14: error: unknown signal 'SIGFOO' (did you mean 'SIGFPE'?)
  stop_signal: SIGFOO
               ^
)"},
  {"a file name that is no service name",
   {{{"my web.yaml", R"(
command: [web]
)"}}},
   R"(
my web.yaml: error: 'my web' is no name for a service: letters, digits, '_', '.' and '-', at most 64, the first a letter or digit
)"},
  {"a service name that begins with a dash",
   {{{"all.yaml", R"(
services:
  -web: {command: [web]}
)"}}},
   R"(
all.yaml:2:3: error: '-web' is no name for a service: letters, digits, '_', '.' and '-', at most 64, the first a letter or digit
    -web: {command: [web]}
    ^
)"},
  {"a key beside services",
   {{{"all.yaml", R"(
services:
  web: {command: [web]}
user: root
)"}}},
   R"(
all.yaml:3:1: error: 'user' beside 'services': keys belong to one service
  user: root
  ^
)"},
  {"a list as services",
   {{{"all.yaml", R"(
services: [web]
)"}}},
   R"(
all.yaml:1:11: error: 'services' must be a map, not a list
  services: [web]
            ^
)"},
  {"a service without keys",
   {{{"all.yaml", R"(
services:
  web:
  db: [x]
)"}}},
   R"(
all.yaml:2:3: error: service 'web' has no keys
    web:
    ^
all.yaml:3:7: error: service 'db' must be a map of keys, not a list
    db: [x]
        ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("definitions that do not fit together are refused with their places",
          "[config][broken]") {
  check_broken(kTable);
}
