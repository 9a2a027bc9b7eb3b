#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"a list",
   {{{"web.yaml", R"(
command: [web]
listen: ["tcp:*:80"]
)"}}},
   R"(
web.yaml:2:9: error: 'listen' must be a map of names and addresses, not a list
  listen: ["tcp:*:80"]
          ^
)"},
  {"a number as address",
   {{{"web.yaml", R"(
command: [web]
listen: {http: 80}
)"}}},
   R"(
web.yaml:2:16: error: cannot read address '80': write tcp:HOST:PORT or unix:/PATH or unix:/PATH:MODE
  listen: {http: 80}
                 ^
)"},
  {"a map as address",
   {{{"web.yaml", R"(
command: [web]
listen: {http: {port: 80}}
)"}}},
   R"(
web.yaml:2:16: error: 'http' must be a text, not a map
  listen: {http: {port: 80}}
                 ^
)"},
  {"no address",
   {{{"web.yaml", R"(
command: [web]
listen: {http: }
)"}}},
   R"(
web.yaml:2:10: error: 'http' has no value
  listen: {http: }
           ^
)"},
  {"another protocol",
   {{{"web.yaml", R"(
command: [web]
listen: {dns: "udp:*:53"}
)"}}},
   R"(
web.yaml:2:15: error: cannot read address 'udp:*:53': write tcp:HOST:PORT or unix:/PATH or unix:/PATH:MODE
  listen: {dns: "udp:*:53"}
                ^
)"},
  {"a port without host",
   {{{"web.yaml", R"(
command: [web]
listen: {http: "tcp:80"}
)"}}},
   R"(
web.yaml:2:16: error: cannot read address 'tcp:80': write tcp:HOST:PORT
  listen: {http: "tcp:80"}
                 ^
)"},
  {"an empty host",
   {{{"web.yaml", R"(
command: [web]
listen: {http: "tcp::80"}
)"}}},
   R"(
web.yaml:2:16: error: cannot read address 'tcp::80': the host must be a numeric address, one of IPv6 in [], or * for all of them
  listen: {http: "tcp::80"}
                 ^
)"},
  {"a host's name",
   {{{"web.yaml", R"(
command: [web]
listen: {http: "tcp:localhost:80"}
)"}}},
   R"(
web.yaml:2:16: error: cannot read address 'tcp:localhost:80': the host must be a numeric address, one of IPv6 in [], or * for all of them
  listen: {http: "tcp:localhost:80"}
                 ^
)"},
  {"an address of IPv6 without brackets",
   {{{"web.yaml", R"(
command: [web]
listen: {http: "tcp:::1:80"}
)"}}},
   R"(
web.yaml:2:16: error: cannot read address 'tcp:::1:80': the host must be a numeric address, one of IPv6 in [], or * for all of them
  listen: {http: "tcp:::1:80"}
                 ^
)"},
  {"an address of IPv4 in brackets",
   {{{"web.yaml", R"(
command: [web]
listen: {http: "tcp:[127.0.0.1]:80"}
)"}}},
   R"(
web.yaml:2:16: error: cannot read address 'tcp:[127.0.0.1]:80': the host must be a numeric address, one of IPv6 in [], or * for all of them
  listen: {http: "tcp:[127.0.0.1]:80"}
                 ^
)"},
  {"port 0",
   {{{"web.yaml", R"(
command: [web]
listen: {http: "tcp:*:0"}
)"}}},
   R"(
web.yaml:2:16: error: cannot read address 'tcp:*:0': the port must be from 1 to 65535
  listen: {http: "tcp:*:0"}
                 ^
)"},
  {"a port that is too large",
   {{{"web.yaml", R"(
command: [web]
listen: {http: "tcp:*:65536"}
)"}}},
   R"(
web.yaml:2:16: error: cannot read address 'tcp:*:65536': the port must be from 1 to 65535
  listen: {http: "tcp:*:65536"}
                 ^
)"},
  {"a port that is no number",
   {{{"web.yaml", R"(
command: [web]
listen: {http: "tcp:*:http"}
)"}}},
   R"(
web.yaml:2:16: error: cannot read address 'tcp:*:http': the port must be from 1 to 65535
  listen: {http: "tcp:*:http"}
                 ^
)"},
  {"a relative path",
   {{{"web.yaml", R"(
command: [web]
listen: {ctl: "unix:run/web.sock"}
)"}}},
   R"(
web.yaml:2:15: error: cannot read address 'unix:run/web.sock': the path must be absolute
  listen: {ctl: "unix:run/web.sock"}
                ^
)"},
  {"an abstract path",
   {{{"web.yaml", R"(
command: [web]
listen: {ctl: "unix:@web"}
)"}}},
   R"(
web.yaml:2:15: error: cannot read address 'unix:@web': the path must be absolute
  listen: {ctl: "unix:@web"}
                ^
)"},
  {"a path that is too long",
   {{{"web.yaml", R"(
command: [web]
listen: {ctl: "unix:/run/a123456789a123456789a123456789a123456789a123456789a123456789a123456789a123456789a123456789a1234567890123"}
)"}}},
   R"(
web.yaml:2:15: error: cannot read address 'unix:/run/a123456789a123456789a123456789a123456789a123456789a123456789a123456789a123456789a123456789...': the path must not be longer than 107 bytes
  listen: {ctl: "unix:/run/a123456789a123456789a123456789a123456789a123456789a123456789a123456789a123456789a123456789a1234567890123"}
                ^
)"},
  {"a mode that is not octal",
   {{{"web.yaml", R"(
command: [web]
listen: {ctl: "unix:/run/web.sock:0680"}
)"}}},
   R"(
web.yaml:2:15: error: cannot read address 'unix:/run/web.sock:0680': the mode after the path must be octal from 0 to 0777
  listen: {ctl: "unix:/run/web.sock:0680"}
                ^
)"},
  {"a mode that is too large",
   {{{"web.yaml", R"(
command: [web]
listen: {ctl: "unix:/run/web.sock:1777"}
)"}}},
   R"(
web.yaml:2:15: error: cannot read address 'unix:/run/web.sock:1777': the mode after the path must be octal from 0 to 0777
  listen: {ctl: "unix:/run/web.sock:1777"}
                ^
)"},
  {"a name with a colon",
   {{{"web.yaml", R"(
command: [web]
listen: {"a:b": "tcp:*:80"}
)"}}},
   R"(
web.yaml:2:10: error: 'a:b' is no name for a socket: printable ASCII without ':', at most 255 characters
  listen: {"a:b": "tcp:*:80"}
           ^
)"},
  {"an empty name",
   {{{"web.yaml", R"(
command: [web]
listen: {"": "tcp:*:80"}
)"}}},
   R"(
web.yaml:2:10: error: '' is no name for a socket: printable ASCII without ':', at most 255 characters
  listen: {"": "tcp:*:80"}
           ^
)"},
  {"one address in two services",
   {{{"api.yaml", R"(
command: [api]
listen: {http: "tcp:127.0.0.1:80"}
)"},
    {"web.yaml", R"(
command: [web]
listen: {main: "tcp:127.0.0.1:80"}
)"}}},
   R"(
web.yaml:2:16: error: this address is taken by socket 'http' of service 'api': api.yaml:2
  listen: {main: "tcp:127.0.0.1:80"}
                 ^
)"},
  {"one address in two spellings",
   {{{"api.yaml", R"(
command: [api]
listen: {http: "tcp:[::1]:80"}
)"},
    {"web.yaml", R"(
command: [web]
listen: {main: "tcp:[0::1]:80"}
)"}}},
   R"(
web.yaml:2:16: error: this address is taken by socket 'http' of service 'api': api.yaml:2
  listen: {main: "tcp:[0::1]:80"}
                 ^
)"},
  {"every address after one of them",
   {{{"api.yaml", R"(
command: [api]
listen: {http: "tcp:[::1]:80"}
)"},
    {"web.yaml", R"(
command: [web]
listen: {main: "tcp:*:80"}
)"}}},
   R"(
web.yaml:2:16: error: this address is taken by socket 'http' of service 'api': api.yaml:2
  listen: {main: "tcp:*:80"}
                 ^
)"},
  {"one address after every one",
   {{{"api.yaml", R"(
command: [api]
listen: {http: "tcp:0.0.0.0:80"}
)"},
    {"web.yaml", R"(
command: [web]
listen: {main: "tcp:127.0.0.1:80"}
)"}}},
   R"(
web.yaml:2:16: error: this address is taken by socket 'http' of service 'api': api.yaml:2
  listen: {main: "tcp:127.0.0.1:80"}
                 ^
)"},
  {"one path twice in a service",
   {{{"web.yaml", R"(
command: [web]
listen:
  a: "unix:/run/web.sock"
  b: "unix:/run/web.sock:0600"
)"}}},
   R"(
web.yaml:4:6: error: this address is taken by socket 'a' of service 'web': web.yaml:3
    b: "unix:/run/web.sock:0600"
       ^
)"},
  {"a descriptor for readiness that a socket has",
   {{{"web.yaml", R"(
command: [web]
ready: {fd: 4}
listen: {a: "tcp:*:80", b: "tcp:*:81"}
)"}}},
   R"(
web.yaml:2:13: error: 'listen' takes the descriptors from 3 to 4: write another 'fd'
  ready: {fd: 4}
              ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a socket that cannot be opened is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
