#include "my_init/base/utf8.hpp"

#include "catch.hpp"

namespace my_init {

TEST_CASE("a character of UTF-8 has its length, anything else has none", "[base][utf8]") {
  CHECK(utf8_length("ab") == 1);
  CHECK(utf8_length("\xC3\xA9x") == 2);
  CHECK(utf8_length("\xE2\x82\xAC") == 3);
  CHECK(utf8_length("\xF0\x9F\x98\x80") == 4);
  CHECK(utf8_length(std::string_view("\0", 1)) == 1);
  for (const char* invalid : {"", "\x80", "\xC3", "\xC3x", "\xC0\xAF", "\xE0\x80\x80",
                              "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"})
    CHECK(utf8_length(invalid) == 0);
  CHECK(utf8_length(std::string_view("\xE2\x82\xAC", 2)) == 0);
}

}  // namespace my_init
