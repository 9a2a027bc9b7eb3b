#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"a repeated key",
   {{{"web.yaml", R"(
command: [web]
user: "0"
command: [other]
)"}}},
   R"(
web.yaml:3:1: error: repeated key 'command' (first in line 1)
  command: [other]
  ^
)"},
  {"a repeated variable",
   {{{"web.yaml", R"(
command: [web]
environment:
  A: "1"
  B: "2"
  A: "3"
)"}}},
   R"(
web.yaml:5:3: error: repeated key 'A' (first in line 3)
    A: "3"
    ^
)"},
  {"a list without its end",
   {{{"web.yaml", R"(
command: [web, -x
)"}}},
   R"(
web.yaml:1:10: error: '[' without its ']' (or a quote is missing; a text with '[' in it needs quotes)
  command: [web, -x
           ^
)"},
  {"a map without its end",
   {{{"web.yaml", R"(
command: [web]
environment: {A: b
)"}}},
   R"(
web.yaml:2:14: error: '{' without its '}' (or a quote is missing; a text with '{' in it needs quotes)
  environment: {A: b
               ^
)"},
  {"a quote without its end",
   {{{"web.yaml", R"(
command: [web]
description: "Web server
)"}}},
   R"(
web.yaml:2:14: error: a text in quotes does not end
  description: "Web server
               ^
)"},
  {"wrong indentation",
   {{{"web.yaml", R"(
command: [web]
  user: root
)"}}},
   R"(
web.yaml:2:3: error: this does not fit the lines before it (look at the indentation)
    user: root
    ^
)"},
  {"a colon in a text",
   {{{"web.yaml", R"(
command: [web]
description: Web: the server
)"}}},
   R"(
web.yaml:2:17: error: unexpected ':' (a text with ': ' in it needs quotes)
  description: Web: the server
                  ^
)"},
  {"an at sign",
   {{{"web.yaml", R"(
command: [web]
user: @root
)"}}},
   R"(
web.yaml:2:7: error: unexpected '@' (a text that begins with it needs quotes)
  user: @root
        ^
)"},
  {"a percent sign",
   {{{"web.yaml", R"(
command: [web]
description: %done
)"}}},
   R"(
web.yaml:2:14: error: unexpected '%' (a text that begins with it needs quotes)
  description: %done
               ^
)"},
  {"a backtick",
   {{{"web.yaml", R"(
command: `which web`
)"}}},
   R"(
web.yaml:1:10: error: unexpected '`' (a text that begins with it needs quotes)
  command: `which web`
           ^
)"},
  {"braces of a template",
   {{{"web.yaml", R"(
command: [web]
user: {{ user }}
)"}}},
   R"(
web.yaml:2:7: error: 'user' must be a text, not a map
  user: {{ user }}
        ^
web.yaml:2:8: error: a key must be a text, not a map (text that begins with '{' needs quotes)
  user: {{ user }}
         ^
)"},
  {"a variable in a flow map",
   {{{"web.yaml", R"(
command: [web]
environment: {A: ${B}}
)"}}},
   R"(
web.yaml:2:19: error: '{' without its '}' (or a quote is missing; a text with '{' in it needs quotes)
  environment: {A: ${B}}
                    ^
)"},
  {"a list where keys are expected",
   {{{"web.yaml", R"(
- web
- worker
)"}}},
   R"(
web.yaml:1:1: error: a definition must be a map of keys, not a list
  - web
  ^
)"},
  {"a text where keys are expected",
   {{{"web.yaml", R"(
/usr/bin/web
)"}}},
   R"(
web.yaml:1:1: error: a definition must be a map of keys, not a text
  /usr/bin/web
  ^
)"},
  {"a list and then keys",
   {{{"web.yaml", R"(
- web
user: root
)"}}},
   R"(
web.yaml:2:1: error: a second document, or something that the lines before it do not lead to, begins here
  user: root
  ^
)"},
  {"two documents",
   {{{"web.yaml", R"(
command: [web]
---
command: [other]
)"}}},
   R"(
web.yaml:2:1: error: a second document, or something that the lines before it do not lead to, begins here
  ---
  ^
)"},
  {"an empty file",
   {{{"web.yaml", ""}}},
   R"(
web.yaml: error: the file is empty: it must be a map of keys
)"},
  {"nothing but a comment",
   {{{"web.yaml", R"(
# command: [web]
)"}}},
   R"(
web.yaml: error: the file is empty: it must be a map of keys
)"},
  {"an empty map",
   {{{"web.yaml", R"(
{}
)"}}},
   R"(
web.yaml: error: the file is empty: it must be a map of keys
)"},
  {"an unknown alias",
   {{{"web.yaml", R"(
command: *web
)"}}},
   R"(
web.yaml:1:10: error: unknown alias: no '&' with this name stands before it
  command: *web
           ^
)"},
  {"an alias to itself",
   {{{"web.yaml", R"(
command: [web]
x-loop: &loop
  again: *loop
)"}}},
   R"(
web.yaml:3:10: error: this alias stands inside of what it refers to
    again: *loop
           ^
)"},
  {"a merge of a text",
   {{{"web.yaml", R"(
command: [web]
environment:
  <<: text
)"}}},
   R"(
web.yaml:3:7: error: '<<' needs a map, or a list of maps, not a text
    <<: text
        ^
)"},
  {"a tag",
   {{{"web.yaml", R"(
command: [web]
description: !secret abc
)"}}},
   R"(
web.yaml:2:14: error: tags (such as '!name') have no meaning here
  description: !secret abc
               ^
)"},
  {"an unknown escape",
   {{{"web.yaml", R"(
command: [web]
description: "C:\qeb"
)"}}},
   R"(
web.yaml:2:19: error: unknown escape character: q (in double quotes write '\\' for a backslash)
  description: "C:\qeb"
                    ^
)"},
  {"a key that is a list",
   {{{"web.yaml", R"(
command: [web]
? [a, b]
: c
)"}}},
   R"(
web.yaml:2:3: error: a key must be a text, not a list
  ? [a, b]
    ^
)"},
  {"a key that is nothing",
   {{{"web.yaml", R"(
command: [web]
~: c
)"}}},
   R"(
web.yaml:2:1: error: a key must be a text, not nothing
  ~: c
  ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("what YAML does not allow, or allows but nobody meant, is refused with its place",
          "[config][broken]") {
  check_broken(kTable);
}
