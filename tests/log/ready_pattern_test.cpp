#include "my_init/log/ready_pattern.hpp"

#include "catch.hpp"

using my_init::log::ReadyPattern;

TEST_CASE("a readiness pattern matches within one line", "[log][ready]") {
  const ReadyPattern pattern("ready to (accept|serve)$");
  CHECK(pattern.matches_any("now ready to accept\n"));
  CHECK(pattern.matches_any("a\nready to serve\nb\n"));
  CHECK_FALSE(pattern.matches_any("ready to\naccept\n"));
  CHECK_FALSE(pattern.matches_any("ready to accept more\n"));
  CHECK_FALSE(pattern.matches_any(""));
}

TEST_CASE("a readiness pattern looks at 4096 bytes and up to a NUL", "[log][ready]") {
  const ReadyPattern pattern("ready");
  CHECK(pattern.matches_any(std::string(4091, 'x') + "ready\n"));
  CHECK_FALSE(pattern.matches_any(std::string(4092, 'x') + "ready\n"));
  CHECK_FALSE(pattern.matches_any(std::string("a\0ready\n", 8)));
}

TEST_CASE("no pattern and a broken one never match", "[log][ready]") {
  CHECK_FALSE(ReadyPattern("").matches_any("\n"));
  CHECK_FALSE(ReadyPattern("(").matches_any("(\n"));
  CHECK_FALSE(ReadyPattern("(").is_set());
}
