#include "my_init/log/line_format.hpp"

#include "catch.hpp"
#include "my_init/log/json_object.hpp"

using namespace my_init;
using namespace my_init::log;
using namespace std::chrono_literals;

namespace {

// date -u -d 2026-01-31T23:59:59 +%s
constexpr WallTime kTime{std::chrono::duration_cast<WallTime::duration>(1769903999s + 1us)};

Block block(std::string_view text) {
  return {text, kTime, RunId{3}, Stream::out};
}

LineFormat format(OutputFormat kind, bool timestamps = false) {
  return {"web", LoggedService{1}, kind, timestamps};
}

}  // namespace

TEST_CASE("each line has the service's name before it", "[log][format]") {
  CHECK(format(OutputFormat::prefix).apply(block("a\n\nb\n"), Colour::none) ==
        "web | a\nweb | \nweb | b\n");
}

TEST_CASE("timestamps stand before the prefix and before raw lines", "[log][format]") {
  CHECK(format(OutputFormat::prefix, true).apply(block("a\nb\n"), Colour::none) ==
        "2026-01-31T23:59:59.000001Z web | a\n2026-01-31T23:59:59.000001Z web | b\n");
  CHECK(format(OutputFormat::raw, true).apply(block("a\n"), Colour::by_service) ==
        "2026-01-31T23:59:59.000001Z a\n");
  CHECK(format(OutputFormat::raw).changes_nothing());
  CHECK_FALSE(format(OutputFormat::raw, true).changes_nothing());
}

TEST_CASE("colours tell services apart", "[log][format]") {
  LineFormat web = format(OutputFormat::prefix);
  CHECK(web.apply(block("a\n"), Colour::by_service) == "\x1b[33mweb\x1b[0m | a\n");
  web.service = LoggedService{6};
  CHECK(web.apply(block("a\n"), Colour::by_service) == "\x1b[36mweb\x1b[0m | a\n");
}

TEST_CASE("a JSON line says where it comes from (G6)", "[log][format]") {
  Block from = block("hello\n");
  from.stream = Stream::err;
  CHECK(format(OutputFormat::json).apply(from, Colour::none) ==
        R"({"time":"2026-01-31T23:59:59.000001Z","service":"web","run":3,"stream":"stderr",)"
        R"("message":"hello"})"
        "\n");
}

TEST_CASE("every line becomes strict JSON, with all its bytes (G6)", "[log][format]") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", R"("")"},
      {std::string("a\0b", 3), R"("a\u0000b")"},
      {"\x1b[31mred", R"("\u001b[31mred")"},
      {"say \"hi\" \\", R"("say \"hi\" \\")"},
      {"\xc3\xa9", "\"\xc3\xa9\""},
      {"\xff", R"("\ufffd","message_base64":"/w==")"},
      {"a\xc0\xaf", R"("a\ufffd\ufffd","message_base64":"YcCv")"},
      {"ab\x80z", R"("ab\ufffdz","message_base64":"YWKAeg==")"},
      {R"({"level":"info","n":1})", R"({"level":"info","n":1})"},
      {R"( {"a":[]} )", R"( {"a":[]} )"},
      {R"({"a":1} and more)", R"("{\"a\":1} and more")"},
      {R"([1])", R"("[1]")"},
      {"42", R"("42")"},
      {"{\"a\":\"\xff\"}", R"("{\"a\":\"\ufffd\"}","message_base64":"eyJhIjoi/yJ9")"},
  };
  for (const auto& [line, expected] : cases) {
    CAPTURE(line);
    CHECK(json_message(line) == expected);
    std::string whole = format(OutputFormat::json).apply(block(line + "\n"), Colour::none);
    CHECK(whole.ends_with("}\n"));
    CHECK(is_json_object(whole));
  }
}
