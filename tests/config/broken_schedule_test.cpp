#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"a schedule of a service that runs all the time",
   {{{"web.yaml", R"(
command: [web]
schedule: "@daily"
)"}}},
   R"(
web.yaml:2:11: error: 'schedule' needs 'type: oneshot'
  schedule: "@daily"
            ^
)"},
  {"four fields",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: "* * * *"
)"}}},
   R"(
web.yaml:3:11: error: 'schedule': cannot read schedule '* * * *': expected five fields (minute, hour, day of month, month, day of week) or a nickname such as '@daily', found 4 fields
  schedule: "* * * *"
            ^
)"},
  {"30 February",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: "0 0 30 2 *"
)"}}},
   R"(
web.yaml:3:11: error: 'schedule': cannot read schedule '0 0 30 2 *': it would never run, for none of its months has a day 30
  schedule: "0 0 30 2 *"
            ^
)"},
  {"an empty schedule",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: {}
)"}}},
   R"(
web.yaml:3:11: error: 'schedule' must be five fields such as "*/5 * * * *", or {every: 90s}, not a map
  schedule: {}
            ^
)"},
  {"a list",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: [5, 4, "*", "*", "*"]
)"}}},
   R"(
web.yaml:3:11: error: 'schedule' must be five fields such as "*/5 * * * *", or {every: 90s}, not a list
  schedule: [5, 4, "*", "*", "*"]
            ^
)"},
  {"an unknown form",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: {evry: 90s}
)"}}},
   R"(
web.yaml:3:12: error: unknown key 'evry' (did you mean 'every'?)
  schedule: {evry: 90s}
             ^
)"},
  {"a period below a second",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: {every: 500ms}
)"}}},
   R"(
web.yaml:3:19: error: 'every' must be 1s or longer, not 500ms
  schedule: {every: 500ms}
                    ^
)"},
  {"a period without unit",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: {every: 90}
)"}}},
   R"(
web.yaml:3:19: error: 'every': cannot read duration '90': a unit is missing: h, m, s, ms, us or ns
  schedule: {every: 90}
                    ^
)"},
  {"a period of 0",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: {every: 0s}
)"}}},
   R"(
web.yaml:3:19: error: 'every' must be 1s or longer, not 0s
  schedule: {every: 0s}
                    ^
)"},
  {"a schedule that restarts always",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: "@daily"
restart: always
)"}}},
   R"(
web.yaml:4:10: error: a oneshot cannot have 'restart: always': write no or on-failure
  restart: always
           ^
)"},
  {"an unknown overlap",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: "@daily"
schedule_overlap: wait
)"}}},
   R"(
web.yaml:4:19: error: 'schedule_overlap' must be skip, queue or kill, not 'wait'
  schedule_overlap: wait
                    ^
)"},
  {"an overlap without schedule",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule_overlap: skip
)"}}},
   R"(
web.yaml:3:19: error: 'schedule_overlap' needs 'schedule'
  schedule_overlap: skip
                    ^
)"},
  {"a time zone without schedule",
   {{{"web.yaml", R"(
command: [web]
timezone: UTC
)"}}},
   R"(
web.yaml:2:11: error: 'timezone' needs 'schedule'
  timezone: UTC
            ^
)"},
  {"a time zone that is a path",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: "@daily"
timezone: ../../etc/passwd
)"}}},
   R"(
web.yaml:4:11: error: 'timezone': cannot use time zone '../../etc/passwd': no such file
  timezone: ../../etc/passwd
            ^
)"},
  {"a time zone with a period",
   {{{"web.yaml", R"(
command: [web]
type: oneshot
schedule: {every: 90s}
timezone: Europe/Berlin
)"}}},
   R"(
web.yaml:4:11: warning: 'timezone' means nothing with 'every'
  timezone: Europe/Berlin
            ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a schedule that cannot be kept is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
