#include "key_reader.hpp"

#include "catch.hpp"

namespace my_init::svctl {
namespace {

using Kind = Key::Kind;
using Kinds = std::vector<Kind>;

Kinds kinds_of(const std::vector<Key>& keys) {
  Kinds kinds;
  for (const Key& key : keys) kinds.push_back(key.kind);
  return kinds;
}

}  // namespace

TEST_CASE("letters, and the keys of one byte", "[svctl][top]") {
  KeyReader reader;
  const auto keys = reader.take("qS/\r\n\x7f\b\x03");
  REQUIRE(keys.size() == 8);
  CHECK(keys[0] == Key{Kind::character, 'q'});
  CHECK(keys[1] == Key{Kind::character, 'S'});
  CHECK(keys[2] == Key{Kind::character, '/'});
  CHECK(kinds_of({keys.begin() + 3, keys.end()}) ==
        Kinds{Kind::enter, Kind::enter, Kind::backspace, Kind::backspace, Kind::interrupt});
  CHECK(reader.take("\x01\x1a").empty());
  CHECK_FALSE(reader.is_waiting());
}

TEST_CASE("the sequences of xterm, rxvt and the console for keys that move", "[svctl][top]") {
  KeyReader reader;
  CHECK(kinds_of(reader.take("\x1b[A\x1b[B\x1bOA\x1bOB")) ==
        Kinds{Kind::up, Kind::down, Kind::up, Kind::down});
  CHECK(kinds_of(reader.take("\x1b[5~\x1b[6~\x1b[1;5A\x1b[6;2~")) ==
        Kinds{Kind::page_up, Kind::page_down, Kind::up, Kind::page_down});
  CHECK(kinds_of(reader.take("\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~\x1bOH\x1bOF")) ==
        Kinds{Kind::home, Kind::end, Kind::home, Kind::end, Kind::home, Kind::end, Kind::home,
              Kind::end});
}

TEST_CASE("a sequence that comes in pieces is one key", "[svctl][top]") {
  for (const std::string sequence : {"\x1b[A", "\x1bOB", "\x1b[5~", "\x1b[1;5B"}) {
    CAPTURE(sequence.substr(1));
    KeyReader reader;
    std::vector<Key> keys;
    for (const char c : sequence) {
      for (const Key& key : reader.take({&c, 1})) keys.push_back(key);
    }
    CHECK(keys.size() == 1);
    CHECK_FALSE(reader.is_waiting());
  }
}

TEST_CASE("an escape is a key when nothing follows it", "[svctl][top]") {
  KeyReader reader;
  CHECK(reader.take("\x1b").empty());
  CHECK(reader.is_waiting());
  CHECK(kinds_of(reader.settle()) == Kinds{Kind::escape});
  CHECK(reader.settle().empty());
  CHECK(reader.take("\x1b[").empty());
  CHECK(reader.settle() == std::vector<Key>{{Kind::escape}, {Kind::character, '['}});
  CHECK(reader.take("\x1bq") == std::vector<Key>{{Kind::escape}, {Kind::character, 'q'}});
  CHECK(kinds_of(reader.take("\x1b\x1b[A")) == Kinds{Kind::escape, Kind::up});
}

TEST_CASE("a sequence that is unknown, or has no end, is no key", "[svctl][top]") {
  KeyReader reader;
  CHECK(reader.take("\x1b[200~\x1b[?1;2c\x1b[Z\x1bOP\x1b[9~\x1b[~").empty());
  CHECK_FALSE(reader.is_waiting());
  CHECK(reader.take("\x1b[" + std::string(100, '1')).empty());
  CHECK(reader.take("j") == std::vector<Key>{{Kind::character, 'j'}});
}

}  // namespace my_init::svctl
