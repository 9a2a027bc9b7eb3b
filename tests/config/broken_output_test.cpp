#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kKeys = std::to_array<BrokenFiles>({
  {"a text",
   {{{"web.yaml", R"(
command: [web]
logging: json
)"}}},
   R"(
web.yaml:2:10: error: 'logging' must be a map, not a text
  logging: json
           ^
)"},
  {"an unknown key",
   {{{"web.yaml", R"(
command: [web]
logging: {drivr: inherit}
)"}}},
   R"(
web.yaml:2:11: error: unknown key 'drivr' (did you mean 'driver'?)
  logging: {drivr: inherit}
            ^
)"},
  {"an unknown driver",
   {{{"web.yaml", R"(
command: [web]
logging: {driver: inherits, path: /var/log/web.log}
)"}}},
   R"(
web.yaml:2:19: error: 'driver' must be container, inherit, file or none, not 'inherits' (did you mean 'inherit'?)
  logging: {driver: inherits, path: /var/log/web.log}
                    ^
)"},
  {"a driver of Docker",
   {{{"web.yaml", R"(
command: [web]
logging: {driver: json-file}
)"}}},
   R"(
web.yaml:2:19: error: 'driver' must be container, inherit, file or none, not 'json-file'
  logging: {driver: json-file}
                    ^
)"},
  {"an unknown format",
   {{{"web.yaml", R"(
command: [web]
logging: {format: text}
)"}}},
   R"(
web.yaml:2:19: error: 'format' must be prefix, json or raw, not 'text'
  logging: {format: text}
                    ^
)"},
  {"an unknown mode",
   {{{"web.yaml", R"(
command: [web]
logging: {mode: nonblocking}
)"}}},
   R"(
web.yaml:2:17: error: 'mode' must be blocking or non-blocking, not 'nonblocking' (did you mean 'non-blocking'?)
  logging: {mode: nonblocking}
                  ^
)"},
  {"a relative path",
   {{{"web.yaml", R"(
command: [web]
logging: {driver: file, path: web.log}
)"}}},
   R"(
web.yaml:2:31: error: 'path' must be an absolute path, not 'web.log'
  logging: {driver: file, path: web.log}
                                ^
)"},
  {"the path of a directory",
   {{{"web.yaml", R"(
command: [web]
logging: {driver: file, path: /var/log/}
)"}}},
   R"(
web.yaml:2:31: error: 'path' must be that of a file, not '/var/log/'
  logging: {driver: file, path: /var/log/}
                                ^
)"},
  {"timestamps that are no boolean",
   {{{"web.yaml", R"(
command: [web]
logging: {timestamps: on}
)"}}},
   R"(
web.yaml:2:23: error: 'timestamps': 'on' is no boolean here: write true or false
  logging: {timestamps: on}
                        ^
)"},
  {"no value",
   {{{"web.yaml", R"(
command: [web]
logging:
  format:
  tail: 1m
)"}}},
   R"(
web.yaml:3:3: error: 'format' has no value
    format:
    ^
)"},
});

constexpr auto kBounds = std::to_array<BrokenFiles>({
  {"files too small for one line",
   {{{"web.yaml", R"(
command: [web]
logging: {driver: file, path: /var/log/web.log, max_size: 1k}
)"}}},
   R"(
web.yaml:2:59: error: 'max_size' must be a size from 64k to 1024g, not '1k'
  logging: {driver: file, path: /var/log/web.log, max_size: 1k}
                                                            ^
)"},
  {"no file",
   {{{"web.yaml", R"(
command: [web]
logging: {driver: file, path: /var/log/web.log, max_file: 0}
)"}}},
   R"(
web.yaml:2:59: error: 'max_file' must be a whole number from 1 to 1000, not '0'
  logging: {driver: file, path: /var/log/web.log, max_file: 0}
                                                            ^
)"},
  {"a size that is a map",
   {{{"web.yaml", R"(
command: [web]
logging: {tail: {lines: 5}}
)"}}},
   R"(
web.yaml:2:17: error: 'tail' must be a size such as 64k, not a map
  logging: {tail: {lines: 5}}
                  ^
)"},
  {"a size of another unit",
   {{{"web.yaml", R"(
command: [web]
logging: {tail: 5lines}
)"}}},
   R"(
web.yaml:2:17: error: 'tail': cannot read size '5lines': unknown unit 'lines', known are b, k, m and g
  logging: {tail: 5lines}
                  ^
)"},
  {"too long a tail",
   {{{"web.yaml", R"(
command: [web]
logging: {tail: 17m}
)"}}},
   R"(
web.yaml:2:17: error: 'tail' must be a size from 0 to 16m, not '17m'
  logging: {tail: 17m}
                  ^
)"},
  {"too small a buffer",
   {{{"web.yaml", R"(
command: [web]
logging: {mode: non-blocking, max_buffer_size: 65535}
)"}}},
   R"(
web.yaml:2:48: error: 'max_buffer_size' must be a size from 64k to 256m, not '65535'
  logging: {mode: non-blocking, max_buffer_size: 65535}
                                                 ^
)"},
  {"a rate below 0",
   {{{"web.yaml", R"(
command: [web]
logging: {rate_limit: -1}
)"}}},
   R"(
web.yaml:2:23: error: 'rate_limit' must be a whole number from 0 to 1000000, not '-1'
  logging: {rate_limit: -1}
                        ^
)"},
});

constexpr auto kTogether = std::to_array<BrokenFiles>({
  {"a file without path",
   {{{"web.yaml", R"(
command: [web]
logging: {driver: file}
)"}}},
   R"(
web.yaml:2:19: error: driver file needs a 'path'
  logging: {driver: file}
                    ^
)"},
  {"a file of the defaults without path",
   {{{"my_init.yaml", "defaults: {logging: {driver: file}}\n"}, {"web.yaml", "command: [web]\n"}}},
   R"(
web.yaml:1: error: service 'web' needs a 'path' in 'logging': the defaults say driver file
  command: [web]
)"},
  {"what belongs to a file, with the default driver",
   {{{"web.yaml", R"(
command: [web]
logging: {path: /var/log/web.log, max_size: 1m, max_file: 2, compress: true}
)"}}},
   R"(
web.yaml:2:11: error: 'path' needs 'driver: file'
  logging: {path: /var/log/web.log, max_size: 1m, max_file: 2, compress: true}
            ^
web.yaml:2:35: error: 'max_size' needs 'driver: file'
  logging: {path: /var/log/web.log, max_size: 1m, max_file: 2, compress: true}
                                    ^
web.yaml:2:49: error: 'max_file' needs 'driver: file'
  logging: {path: /var/log/web.log, max_size: 1m, max_file: 2, compress: true}
                                                  ^
web.yaml:2:62: error: 'compress' needs 'driver: file'
  logging: {path: /var/log/web.log, max_size: 1m, max_file: 2, compress: true}
                                                               ^
)"},
  {"what we would do with the output, given away",
   {{{"web.yaml", R"(
command: [web]
logging: {driver: inherit, format: json}
)"}}},
   R"(
web.yaml:2:28: error: 'format' has no effect with driver inherit: write driver container, file or none
  logging: {driver: inherit, format: json}
                             ^
)"},
  {"one file of two services",
   {{{"all.yaml", R"(
services:
  a: {command: a, logging: {driver: file, path: /var/log/all.log}}
  b: {command: b, logging: {driver: file, path: /var/log/b.log}}
  c: {command: c, logging: {driver: file, path: /var//log/../log/./all.log}}
)"}}},
   R"(
all.yaml:4:49: error: the log file of service 'c' is that of service 'a' too: all.yaml:2
    c: {command: c, logging: {driver: file, path: /var//log/../log/./all.log}}
                                                  ^
)"},
  {"a file on a read-only file system",
   {{{"web.yaml", R"(
command: [web]
logging: {driver: file, path: /ro/web.log}
)"}}},
   R"(
web.yaml:2:31: warning: 'path': '/ro/web.log' is on a read-only file system
  logging: {driver: file, path: /ro/web.log}
                                ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a key of logging that means nothing is refused with its place", "[config][broken]") {
  check_broken(kKeys);
}

TEST_CASE("a bound of the output that is none is refused with its place", "[config][broken]") {
  check_broken(kBounds);
}

TEST_CASE("keys of logging that do not go together are refused", "[config][broken]") {
  check_broken(kTogether);
}
