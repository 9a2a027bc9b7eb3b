#include <array>

#include "catch.hpp"
#include "fixture.hpp"

namespace {

// clang-format off: the tables are read line by line.
constexpr auto kTable = std::to_array<BrokenFiles>({
  {"an unknown limit",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofiles: 1024}
)"}}},
   R"(
web.yaml:2:11: error: unknown limit 'nofiles' (did you mean 'nofile'?)
  ulimits: {nofiles: 1024}
            ^
)"},
  {"a limit in capitals",
   {{{"web.yaml", R"(
command: [web]
ulimits: {RLIMIT_NOFILE: 1024}
)"}}},
   R"(
web.yaml:2:11: error: unknown limit 'RLIMIT_NOFILE'
  ulimits: {RLIMIT_NOFILE: 1024}
            ^
)"},
  {"no number",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: many}
)"}}},
   R"(
web.yaml:2:19: error: 'nofile' must be a whole number or unlimited, not 'many'
  ulimits: {nofile: many}
                    ^
)"},
  {"a number with a unit",
   {{{"web.yaml", R"(
command: [web]
ulimits: {memlock: 64k}
)"}}},
   R"(
web.yaml:2:20: error: 'memlock' must be a whole number or unlimited, not '64k'
  ulimits: {memlock: 64k}
                     ^
)"},
  {"a number below -1",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: -2}
)"}}},
   R"(
web.yaml:2:19: error: 'nofile' must be a whole number or unlimited, not '-2'
  ulimits: {nofile: -2}
                    ^
)"},
  {"a number that is too large",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: 18446744073709551615}
)"}}},
   R"(
web.yaml:2:19: error: 'nofile' must be a whole number or unlimited, not '18446744073709551615'
  ulimits: {nofile: 18446744073709551615}
                    ^
)"},
  {"no value",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: }
)"}}},
   R"(
web.yaml:2:11: error: 'nofile' has no value
  ulimits: {nofile: }
            ^
)"},
  {"a list",
   {{{"web.yaml", R"(
command: [web]
ulimits: [nofile=1024]
)"}}},
   R"(
web.yaml:2:10: error: 'ulimits' must be a map, not a list
  ulimits: [nofile=1024]
           ^
)"},
  {"a list of bounds",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: [100, 200]}
)"}}},
   R"(
web.yaml:2:19: error: 'nofile' must be a whole number or unlimited, not a list
  ulimits: {nofile: [100, 200]}
                    ^
)"},
  {"more soft than hard",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: {soft: 200, hard: 100}}
)"}}},
   R"(
web.yaml:2:26: error: 'soft' (200) must not be more than 'hard' (100)
  ulimits: {nofile: {soft: 200, hard: 100}}
                           ^
)"},
  {"no bound but a hard one",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: {soft: unlimited, hard: 100}}
)"}}},
   R"(
web.yaml:2:26: error: 'soft' (unlimited) must not be more than 'hard' (100)
  ulimits: {nofile: {soft: unlimited, hard: 100}}
                           ^
)"},
  {"no hard bound",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: {soft: 100}}
)"}}},
   R"(
web.yaml:2:19: error: 'nofile' has no 'hard'
  ulimits: {nofile: {soft: 100}}
                    ^
)"},
  {"no soft bound",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: {hard: 100}}
)"}}},
   R"(
web.yaml:2:19: error: 'nofile' has no 'soft'
  ulimits: {nofile: {hard: 100}}
                    ^
)"},
  {"an unknown bound",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: {soft: 1, hard: 2, max: 3}}
)"}}},
   R"(
web.yaml:2:38: error: unknown key 'max'
  ulimits: {nofile: {soft: 1, hard: 2, max: 3}}
                                       ^
)"},
  {"a bound that is no number",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: {soft: 1, hard: {}}}
)"}}},
   R"(
web.yaml:2:35: error: 'hard' must be a whole number or unlimited, not a map
  ulimits: {nofile: {soft: 1, hard: {}}}
                                    ^
)"},
  {"too nice",
   {{{"web.yaml", R"(
command: [web]
nice: 20
)"}}},
   R"(
web.yaml:2:7: error: 'nice' must be a whole number from -20 to 19, not '20'
  nice: 20
        ^
)"},
  {"not nice enough",
   {{{"web.yaml", R"(
command: [web]
nice: -21
)"}}},
   R"(
web.yaml:2:7: error: 'nice' must be a whole number from -20 to 19, not '-21'
  nice: -21
        ^
)"},
  {"a niceness that is no number",
   {{{"web.yaml", R"(
command: [web]
nice: very
)"}}},
   R"(
web.yaml:2:7: error: 'nice' must be a whole number from -20 to 19, not 'very'
  nice: very
        ^
)"},
  {"a score that is too low",
   {{{"web.yaml", R"(
command: [web]
oom_score_adj: -1001
)"}}},
   R"(
web.yaml:2:16: error: 'oom_score_adj' must be a whole number from -1000 to 1000, not '-1001'
  oom_score_adj: -1001
                 ^
)"},
  {"a score that is too high",
   {{{"web.yaml", R"(
command: [web]
oom_score_adj: 1001
)"}}},
   R"(
web.yaml:2:16: error: 'oom_score_adj' must be a whole number from -1000 to 1000, not '1001'
  oom_score_adj: 1001
                 ^
)"},
  {"a bound without value",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: {soft: , hard: 2}}
)"}}},
   R"(
web.yaml:2:20: error: 'soft' has no value
  ulimits: {nofile: {soft: , hard: 2}}
                     ^
)"},
  {"neither bound",
   {{{"web.yaml", R"(
command: [web]
ulimits: {nofile: {}}
)"}}},
   R"(
web.yaml:2:19: error: 'nofile' has no 'hard'
  ulimits: {nofile: {}}
                    ^
web.yaml:2:19: error: 'nofile' has no 'soft'
  ulimits: {nofile: {}}
                    ^
)"},
});
// clang-format on

}  // namespace

TEST_CASE("a limit that cannot be set is refused with its place", "[config][broken]") {
  check_broken(kTable);
}
