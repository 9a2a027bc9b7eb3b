#include "my_init/log/json_object.hpp"

#include <string>

#include "catch.hpp"

using my_init::log::is_json_object;

TEST_CASE("what is one JSON object is seen as one (G6)", "[log][json]") {
  for (const char* text : {
           "{}",
           " \t{ \"a\" : 1 } \r",
           R"({"a":[1,-0.5e+10,0,-0,1E5,true,false,null,"x",{},[]],"b":{"c":{}}})",
           R"({"a":"\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00"})",
           "{\"\xc3\xa9\":\"\xf0\x9f\x98\x80\x7f\"}",
           R"({"a":1,"a":2})",
       }) {
    CAPTURE(text);
    CHECK(is_json_object(text));
  }
}

TEST_CASE("what is no JSON object is not taken for one (G6)", "[log][json]") {
  for (const char* text : {
           "",
           " ",
           "{",
           "}",
           "[]",
           "1",
           "\"a\"",
           "null",
           "{}x",
           "{}{}",
           "{,}",
           "{\"a\"}",
           "{\"a\":}",
           "{\"a\":1,}",
           "{a:1}",
           "{'a':1}",
           "{\"a\":01}",
           "{\"a\":1.}",
           "{\"a\":.5}",
           "{\"a\":+1}",
           "{\"a\":-}",
           "{\"a\":1e}",
           "{\"a\":NaN}",
           "{\"a\":tru}",
           "{\"a\":[1,]}",
           "{\"a\":[1 2]}",
           "{\"a\":\"\t\"}",
           "{\"a\":\"\\x\"}",
           "{\"a\":\"\\u12g4\"}",
           "{\"a\":\"\\u12\"}",
           "{\"a\":\"\\u-123\"}",
           R"({"a":"\ud800"})",
           R"({"a":"\udc00"})",
           R"({"a":"\ud800x"})",
           R"({"a":"\ud800\n"})",
           R"({"a":"\ud800\u0041"})",
           R"({"a":"\ud800\ud800"})",
           "{\"a\":\"",
           "{\"a\":\"\xff\"}",
           "{\"a\":\"\xc0\xaf\"}",
           "{\"a\":\"\xed\xa0\x80\"}",
           "\xef\xbb\xbf{}",
           "{}//",
           "{/**/}",
       }) {
    CAPTURE(text);
    CHECK_FALSE(is_json_object(text));
  }
}

TEST_CASE("a NUL is part of no JSON object (G6)", "[log][json]") {
  CHECK_FALSE(is_json_object(std::string("{}\0", 3)));
  CHECK_FALSE(is_json_object(std::string("{\"a\":\"\0\"}", 9)));
}

TEST_CASE("an object nested deeper than 100 is refused", "[log][json]") {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  CHECK(is_json_object(nested(100)));
  CHECK_FALSE(is_json_object(nested(101)));
  CHECK_FALSE(is_json_object("{\"a\":" + std::string(60000, '[')));
}
