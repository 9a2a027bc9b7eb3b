#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"a relative path",
   {{{"web.yaml", R"(
command: [web]
secrets: {PASSWORD: secrets/db}
)"}}},
   R"(
web.yaml:2:21: error: 'PASSWORD' must be an absolute path, not 'secrets/db'
  secrets: {PASSWORD: secrets/db}
                      ^
)"},
  {"a name with an equals sign",
   {{{"web.yaml", R"(
command: [web]
secrets: {"PASSWORD=x": /run/secrets/db}
)"}}},
   R"(
web.yaml:2:11: error: 'PASSWORD=x' cannot be the name of a variable
  secrets: {"PASSWORD=x": /run/secrets/db}
            ^
)"},
  {"an empty name",
   {{{"web.yaml", R"(
command: [web]
secrets: {"": /run/secrets/db}
)"}}},
   R"(
web.yaml:2:11: error: '' cannot be the name of a variable
  secrets: {"": /run/secrets/db}
            ^
)"},
  {"no file",
   {{{"web.yaml", R"(
command: [web]
secrets: {PASSWORD: }
)"}}},
   R"(
web.yaml:2:11: error: secret 'PASSWORD' has no file
  secrets: {PASSWORD: }
            ^
)"},
  {"a list",
   {{{"web.yaml", R"(
command: [web]
secrets: [db_password]
)"}}},
   R"(
web.yaml:2:10: error: 'secrets' must be a map of variables and files, not a list
  secrets: [db_password]
           ^
)"},
  {"a map as file",
   {{{"web.yaml", R"(
command: [web]
secrets: {PASSWORD: {file: /run/secrets/db}}
)"}}},
   R"(
web.yaml:2:21: error: 'PASSWORD' must be a text, not a map
  secrets: {PASSWORD: {file: /run/secrets/db}}
                      ^
)"},
  {"a secret that is a variable too",
   {{{"web.yaml", R"(
command: [web]
environment:
  PORT: "80"
  PASSWORD: hidden
secrets: {PASSWORD: /run/secrets/db}
)"}}},
   R"(
web.yaml:5:11: error: secret 'PASSWORD' is in 'environment' too: web.yaml:4
  secrets: {PASSWORD: /run/secrets/db}
            ^
)"},
  {"a secret that is in a list of variables too",
   {{{"web.yaml", R"(
command: [web]
secrets: {PASSWORD: /run/secrets/db}
environment: [PORT=80, PASSWORD=hidden]
)"}}},
   R"(
web.yaml:2:11: error: secret 'PASSWORD' is in 'environment' too: web.yaml:3
  secrets: {PASSWORD: /run/secrets/db}
            ^
)"},
  {"a name that a terminal would act on",
   {{{"web.yaml", R"(
command: [web]
secrets: {"A\e[1m": b}
)"}}},
   R"(
web.yaml:2:21: error: 'A\x1b[1m' must be an absolute path, not 'b'
  secrets: {"A\e[1m": b}
                      ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a secret that cannot be had is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
