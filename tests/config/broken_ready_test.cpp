#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"two ways",
   {{{"web.yaml", R"(
command: [web]
ready: {tcp: "127.0.0.1:80", timeout: 5s, notify: true}
)"}}},
   R"(
web.yaml:2:43: error: 'ready' has two ways, 'tcp' and 'notify': one must go
  ready: {tcp: "127.0.0.1:80", timeout: 5s, notify: true}
                                            ^
)"},
  {"no way",
   {{{"web.yaml", R"(
command: [web]
ready:
  timeout: 5s
)"}}},
   R"(
web.yaml:3:3: error: 'ready' has no way: write notify, fd, tcp, http, exec, file or log
    timeout: 5s
    ^
)"},
  {"an empty map",
   {{{"web.yaml", R"(
command: [web]
ready: {}
)"}}},
   R"(
web.yaml:2:8: error: 'ready' has no way: write notify, fd, tcp, http, exec, file or log
  ready: {}
         ^
)"},
  {"a misspelt way",
   {{{"web.yaml", R"(
command: [web]
ready: {htpp: "http://localhost"}
)"}}},
   R"(
web.yaml:2:9: error: unknown key 'htpp' (did you mean 'http'?)
  ready: {htpp: "http://localhost"}
          ^
)"},
  {"a text",
   {{{"web.yaml", R"(
command: [web]
ready: notify
)"}}},
   R"(
web.yaml:2:8: error: 'ready' must be a map, not a text
  ready: notify
         ^
)"},
  {"notify that is no boolean",
   {{{"web.yaml", R"(
command: [web]
ready: {notify: yes}
)"}}},
   R"(
web.yaml:2:17: error: 'notify': 'yes' is no boolean here: write true or false
  ready: {notify: yes}
                  ^
)"},
  {"a descriptor that is taken by the standard streams",
   {{{"web.yaml", R"(
command: [web]
ready: {fd: 2}
)"}}},
   R"(
web.yaml:2:13: error: 'fd' must be a whole number from 3 to 1023, not '2'
  ready: {fd: 2}
              ^
)"},
  {"a descriptor that is too large",
   {{{"web.yaml", R"(
command: [web]
ready: {fd: 1024}
)"}}},
   R"(
web.yaml:2:13: error: 'fd' must be a whole number from 3 to 1023, not '1024'
  ready: {fd: 1024}
              ^
)"},
  {"an address without a port",
   {{{"web.yaml", R"(
command: [web]
ready: {tcp: localhost}
)"}}},
   R"(
web.yaml:2:14: error: 'tcp': cannot read TCP target 'localhost': expected HOST:PORT, such as '127.0.0.1:5432'
  ready: {tcp: localhost}
               ^
)"},
  {"a URL of another scheme",
   {{{"web.yaml", R"(
command: [web]
ready: {http: "ftp://localhost/"}
)"}}},
   R"(
web.yaml:2:15: error: 'http': cannot read URL 'ftp://localhost/': expected http://HOST[:PORT]/PATH, such as 'http://127.0.0.1:8080/ready'
  ready: {http: "ftp://localhost/"}
                ^
)"},
  {"an address that is a list",
   {{{"web.yaml", R"(
command: [web]
ready: {tcp: [localhost, 80]}
)"}}},
   R"(
web.yaml:2:14: error: 'tcp' must be a text, not a list
  ready: {tcp: [localhost, 80]}
               ^
)"},
  {"an empty command",
   {{{"web.yaml", R"(
command: [web]
ready: {exec: []}
)"}}},
   R"(
web.yaml:2:15: error: 'exec' is empty
  ready: {exec: []}
                ^
)"},
  {"a command that is a map",
   {{{"web.yaml", R"(
command: [web]
ready: {exec: {cmd: x}}
)"}}},
   R"(
web.yaml:2:15: error: 'exec' must be a list of words or a text, not a map
  ready: {exec: {cmd: x}}
                ^
)"},
  {"a command for a shell",
   {{{"web.yaml", R"(
command: [web]
ready: {exec: "test -e /a && test -e /b"}
)"}}},
   R"(
web.yaml:2:15: warning: 'exec' is not run by a shell: '&' without quotes is passed on as it is (for a shell write [sh, -c, "..."])
  ready: {exec: "test -e /a && test -e /b"}
                ^
)"},
  {"a relative file",
   {{{"web.yaml", R"(
command: [web]
ready: {file: web.ready}
)"}}},
   R"(
web.yaml:2:15: error: 'file' must be an absolute path, not 'web.ready'
  ready: {file: web.ready}
                ^
)"},
  {"an open group in a regular expression",
   {{{"web.yaml", R"(
command: [web]
ready: {log: "ready (to"}
)"}}},
   R"(
web.yaml:2:14: error: 'log': cannot read regular expression 'ready (to': Unmatched ( or \(
  ready: {log: "ready (to"}
               ^
)"},
  {"an open bracket in a regular expression",
   {{{"web.yaml", R"(
command: [web]
ready: {log: "ready [to"}
)"}}},
   R"(
web.yaml:2:14: error: 'log': cannot read regular expression 'ready [to': Unmatched [, [^, [:, [., or [=
  ready: {log: "ready [to"}
               ^
)"},
  {"an empty regular expression",
   {{{"web.yaml", R"(
command: [web]
ready: {log: ""}
)"}}},
   R"(
web.yaml:2:14: error: 'log' is empty
  ready: {log: ""}
               ^
)"},
  {"a line of an output that we do not read",
   {{{"web.yaml", R"(
command: [web]
ready: {log: ready}
logging: {driver: inherit}
)"}}},
   R"(
web.yaml:2:14: error: 'log' needs our own reading of the output, which 'logging' gives away with driver inherit: write driver container, file or none
  ready: {log: ready}
               ^
)"},
  {"a timeout of 0",
   {{{"web.yaml", R"(
command: [web]
ready: {notify: true, timeout: 0s}
)"}}},
   R"(
web.yaml:2:32: error: 'timeout' must be longer than 0
  ready: {notify: true, timeout: 0s}
                                 ^
)"},
  {"an interval of 0",
   {{{"web.yaml", R"(
command: [web]
ready: {tcp: "localhost:80", interval: 0s}
)"}}},
   R"(
web.yaml:2:40: error: 'interval' must be longer than 0
  ready: {tcp: "localhost:80", interval: 0s}
                                         ^
)"},
  {"a way without value",
   {{{"web.yaml", R"(
command: [web]
ready:
  tcp:
  timeout: 5s
)"}}},
   R"(
web.yaml:3:3: error: 'tcp' has no value
    tcp:
    ^
)"},
  {"a watchdog without notify",
   {{{"web.yaml", R"(
command: [web]
watchdog: 30s
ready: {fd: 3}
)"}}},
   R"(
web.yaml:2:11: error: 'watchdog' needs 'ready: {notify: true}'
  watchdog: 30s
            ^
)"},
  {"a watchdog without ready",
   {{{"web.yaml", R"(
command: [web]
watchdog: 30s
)"}}},
   R"(
web.yaml:2:11: error: 'watchdog' needs 'ready: {notify: true}'
  watchdog: 30s
            ^
)"},
  {"a watchdog without unit",
   {{{"web.yaml", R"(
command: [web]
watchdog: 30
ready: {notify: true}
)"}}},
   R"(
web.yaml:2:11: error: 'watchdog': cannot read duration '30': a unit is missing: h, m, s, ms, us or ns
  watchdog: 30
            ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a way to be ready that cannot work is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
