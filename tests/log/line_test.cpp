#include "my_init/log/line.hpp"

#include "catch.hpp"

using namespace my_init;
using namespace my_init::log;
using namespace std::chrono_literals;

namespace {

// date -u -d 2026-01-31T23:59:59 +%s
constexpr WallTime kTime{std::chrono::duration_cast<WallTime::duration>(1769903999s + 1us)};

std::string json(std::string_view message, std::initializer_list<Field> fields = {}) {
  return line_content(LogFormat::json, "an_event", message, fields);
}

}  // namespace

TEST_CASE("a point in time is written in UTC with microseconds", "[log][line]") {
  CHECK(rfc3339(kTime) == "2026-01-31T23:59:59.000001Z");
  CHECK(rfc3339(WallTime{}) == "1970-01-01T00:00:00.000000Z");
  CHECK(rfc3339(WallTime{} - 1us) == "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("a text line has the prefix of old", "[log][line]") {
  for (const LogLevel level :
       {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
    CHECK(whole_line({LogFormat::text, false}, kTime, level, "hello") == "*** hello\n");
    CHECK(whole_line({LogFormat::text, true}, kTime, level, "hello") ==
          "2026-01-31T23:59:59.000001Z *** hello\n");
  }
}

TEST_CASE("a message in text is one line", "[log][line]") {
  const auto text = [](std::string_view message) {
    return line_content(LogFormat::text, "an_event", message, {{"ignored", "x"}});
  };
  CHECK(text("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(text(std::string_view("\0\x1b[0m\x7f", 6)) == "\\x00\\x1b[0m\\x7f");
  CHECK(text("quotes \"'\\ and é stay") == "quotes \"'\\ and é stay");
}

TEST_CASE("a JSON line begins with the time and ends with the fields", "[log][line]") {
  const std::string content = line_content(LogFormat::json, "service_started", "a \"b\"\n",
                                           {{"service", "web"}, {"pid", "17"}});
  CHECK(whole_line({LogFormat::json, false}, kTime, LogLevel::warning, content) ==
        R"({"time":"2026-01-31T23:59:59.000001Z","level":"warning","source":"my_init",)"
        R"("event":"service_started","message":"a \"b\"\n","service":"web","pid":17})"
        "\n");
}

TEST_CASE("the levels have their names in JSON", "[log][line]") {
  const auto line = [](LogLevel level) {
    return whole_line({LogFormat::json, false}, kTime, level, "");
  };
  CHECK(line(LogLevel::debug).find(R"("level":"debug")") != std::string::npos);
  CHECK(line(LogLevel::info).find(R"("level":"info")") != std::string::npos);
  CHECK(line(LogLevel::error).find(R"("level":"error")") != std::string::npos);
}

TEST_CASE("only a plain integer is a number in JSON", "[log][line]") {
  for (const char* number : {"0", "17", "-1", "999999999999999999"}) {
    CHECK(json("m", {{"n", number}}) ==
          R"("event":"an_event","message":"m","n":)" + std::string(number));
  }
  for (const char* text :
       {"", "-", "-0", "007", "1.5", "1e3", "+1", "17 ", "1000000000000000000"}) {
    CHECK(json("m", {{"n", text}}) ==
          R"("event":"an_event","message":"m","n":")" + std::string(text) + '"');
  }
}
