#include "my_init/base/json.hpp"

#include "catch.hpp"

using namespace my_init;

TEST_CASE("plain text and UTF-8 only get quotes", "[base][json]") {
  CHECK(json_string("") == "\"\"");
  CHECK(json_string("web") == "\"web\"");
  CHECK(json_string("é€😀") == "\"é€😀\"");
  CHECK(json_string("\xF4\x8F\xBF\xBF\xED\x9F\xBF") == "\"\xF4\x8F\xBF\xBF\xED\x9F\xBF\"");
}

TEST_CASE("quotes, backslashes and control characters are escaped in JSON", "[base][json]") {
  CHECK(json_string("a\"b\\c") == "\"a\\\"b\\\\c\"");
  CHECK(json_string("\n\r\t") == "\"\\n\\r\\t\"");
  CHECK(json_string(std::string_view("\0\x1b\x7f", 3)) == "\"\\u0000\\u001b\\u007f\"");
}

TEST_CASE("each byte that is not UTF-8 becomes a replacement character", "[base][json]") {
  CHECK(json_string("a\xFFz") == "\"a\\ufffdz\"");
  CHECK(json_string("\x80") == "\"\\ufffd\"");
  CHECK(json_string("\xC0\xAF") == "\"\\ufffd\\ufffd\"");             // overlong
  CHECK(json_string("\xE0\x9F\x80") == "\"\\ufffd\\ufffd\\ufffd\"");  // overlong
  CHECK(json_string("\xED\xA0\x80") == "\"\\ufffd\\ufffd\\ufffd\"");  // a surrogate
  CHECK(json_string("\xF0\x8F\x80\x80") == "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
  CHECK(json_string("\xF4\x90\x80\x80") == "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
  CHECK(json_string("\xF5") == "\"\\ufffd\"");
}

TEST_CASE("a character cut off at the end is replaced", "[base][json]") {
  CHECK(json_string("\xC3") == "\"\\ufffd\"");
  CHECK(json_string("\xE2\x82") == "\"\\ufffd\\ufffd\"");
  CHECK(json_string("\xF0\x9F\x98") == "\"\\ufffd\\ufffd\\ufffd\"");
  CHECK(json_string("\xF0\x9F\x98z") == "\"\\ufffd\\ufffd\\ufffdz\"");
}
