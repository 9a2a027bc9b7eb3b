#include "frame.hpp"

#include "catch.hpp"

namespace my_init::svctl {

TEST_CASE("what is shown cannot steer the terminal", "[svctl][top]") {
  CHECK(printable("a\x1b[31mred\x1b[0m\tb") == "ared b");
  CHECK(printable("\x1b]0;title\x07x") == "0;title x");
  CHECK(printable("bell\x07 \x7f\r\n") == "bell     ");
  CHECK(printable("\xc2\x9b[31m") == " [31m");  // CSI of ISO 8859
  CHECK(printable("\xff\xc3") == "\uFFFD\uFFFD");
  CHECK(printable("\x1b[") == "");
  CHECK(printable("\x1b") == "");
  CHECK(printable("größe → 日本") == "größe → 日本");
}

TEST_CASE("a text is fitted by columns, not by bytes", "[svctl][top]") {
  CHECK(fitted("web", 5) == "web  ");
  CHECK(fitted("größe", 4) == "größ");
  CHECK(fitted("日本", 4) == "日本");
  CHECK(fitted("日本", 3) == "日 ");
  CHECK(columns_of("e\u0301") == 1);
  CHECK(fitted("", 2) == "  ");
}

TEST_CASE("a frame is drawn from the upper left corner, and what it has no room for is cut off",
          "[svctl][top]") {
  const Frame frame{{{{"title", Colour::bold}}}, {{{"> web "}, {"running", Colour::green}}, true}};
  CHECK(drawn(frame, {5, 9}, Paint::coloured) ==
        "\x1b[H\x1b[K\x1b[1mtitle\x1b[0m\r\n"
        "\x1b[K\x1b[7m> web run\x1b[0m\r\n"
        "\x1b[J");
  CHECK(drawn(frame, {1, 3}, Paint::plain) == "\x1b[H\x1b[K\x1b[1mtit\x1b[0m");
  CHECK(drawn(frame, {0, 0}, Paint::plain) == "\x1b[H");
}

TEST_CASE("without colours only the weight of letters and the selection are left", "[svctl][top]") {
  const Frame frame{{{{"a", Colour::green}, {"b", Colour::bold}}}, {{{"c", Colour::red}}, true}};
  CHECK(drawn(frame, {2, 4}, Paint::plain) ==
        "\x1b[H\x1b[Ka\x1b[1mb\x1b[0m\r\n\x1b[K\x1b[7mc   \x1b[0m");
  CHECK(drawn(frame, {2, 4}, Paint::coloured) ==
        "\x1b[H\x1b[K\x1b[32ma\x1b[0m\x1b[1mb\x1b[0m\r\n\x1b[K\x1b[7mc   \x1b[0m");
}

}  // namespace my_init::svctl
