#include "top_view.hpp"

#include <fmt/format.h>

#include "catch.hpp"

namespace my_init::svctl {
namespace {

using Kind = Key::Kind;
using Wish = TopWish::Kind;
using protocol::Operation;

std::optional<TopWish> type(TopView& view, std::string_view letters) {
  std::optional<TopWish> wish;
  for (const char letter : letters) wish = view.press({Kind::character, letter});
  return wish;
}

void hit(TopView& view, Kind key) {
  CHECK_FALSE(view.press({key}));
}

std::vector<std::string> lines_of(const TopView& view) {
  std::vector<std::string> lines;
  for (const FrameLine& line : view.frame()) {
    std::string text;
    for (const Span& span : line.spans) text += span.text;
    lines.push_back(text);
  }
  return lines;
}

std::string text_of(const TopView& view) {
  return fmt::format("{}\n", fmt::join(lines_of(view), "\n"));
}

bool has(const TopView& view, const std::string& part) {
  return text_of(view).find(part) != std::string::npos;
}

TopView three_services(ScreenSize size = {10, 100}) {
  TopView view;
  view.resize(size);
  TopTotals totals{"0.1.0", "running", "healthy", 3'720'000, 12.34, 48U << 20U, 2};
  view.set_rows({{"web", "running", "healthy", 2.5, 20U << 20U, 1, 60'000},
                 {"db", "running", "none", {}, {}, 0, 5'000},
                 {"job", "backoff", "none", {}, {}, 12, 200}},
                totals);
  view.set_last_lines({{"web", "GET / \x1b[31m200\x1b[0m"}});
  return view;
}

TopView many_services(int count, ScreenSize size) {
  TopView view;
  view.resize(size);
  std::vector<TopRow> rows;
  for (int i = 0; i < count; ++i) rows.push_back({fmt::format("s{:03}", i), "running", "none"});
  view.set_rows(std::move(rows), {});
  return view;
}

}  // namespace

TEST_CASE("top shows totals, then services with their last lines, then the keys", "[svctl][top]") {
  const auto lines = lines_of(three_services());
  REQUIRE(lines.size() == 10);
  CHECK(lines[0].starts_with("my_init 0.1.0  up 1h2m  running  healthy  "));
  CHECK(lines[0].ends_with("  cpu 12.3%  memory 48M"));
  CHECK(lines[0].size() == 100);
  CHECK(lines[1] == "3 services: 1 backoff, 2 running; 2 stray processes");
  CHECK(lines[2] == "  NAME*   STATE     HEALTH        CPU%   MEMORY RESTARTS    SINCE LAST LINE");
  CHECK(lines[3] == "> db      running   -                -        -        0       5s ");
  CHECK(lines[4] == "  job     backoff   -                -        -       12       0s ");
  CHECK(lines[5] == "  web     running   healthy        2.5      20M        1       1m GET / 200");
  CHECK(lines[6].empty());
  CHECK(lines[9].starts_with("q quit  r restart"));
}

TEST_CASE("keys act on the selected service", "[svctl][top]") {
  TopView view = three_services();
  CHECK(type(view, "r") == TopWish{Wish::operate, "db", Operation::restart});
  CHECK(type(view, "js") == TopWish{Wish::operate, "job", Operation::stop});
  CHECK(type(view, "jjS") == TopWish{Wish::operate, "web", Operation::start});
  CHECK(type(view, "kkkkkr") == TopWish{Wish::operate, "db", Operation::restart});
  CHECK(view.press({Kind::interrupt}) == TopWish{Wish::quit, {}});
  CHECK(type(view, "q") == TopWish{Wish::quit, {}});
  TopView empty;
  CHECK_FALSE(type(empty, "jkrsSlo"));
  CHECK(has(empty, "no services"));
}

TEST_CASE("the selection stays with its service, wherever that goes", "[svctl][top]") {
  TopView view = three_services();
  type(view, "jj");
  view.set_rows({{"a", "running", "none"}, {"web", "running", "none"}}, {});
  CHECK(type(view, "r")->service == "web");
  view.set_rows({{"a", "running", "none"}}, {});
  CHECK(type(view, "r")->service == "a");
  view.set_rows({}, {});
  CHECK_FALSE(type(view, "r"));
}

TEST_CASE("the window follows the selection over many services", "[svctl][top]") {
  TopView view = many_services(500, {14, 80});  // ten at once
  CHECK(has(view, "> s000"));
  hit(view, Kind::page_down);
  CHECK(has(view, "> s010"));
  CHECK_FALSE(has(view, "s000"));
  hit(view, Kind::end);
  CHECK(has(view, "> s499"));
  CHECK(lines_of(view)[3].starts_with("  s490"));
  hit(view, Kind::up);
  CHECK(lines_of(view)[3].starts_with("  s490"));
  hit(view, Kind::page_up);
  CHECK(has(view, "> s488"));
  hit(view, Kind::home);
  CHECK(lines_of(view)[3].starts_with("> s000"));
}

TEST_CASE("a filter is typed, kept and dropped", "[svctl][top]") {
  TopView view = three_services();
  CHECK_FALSE(type(view, "/wq"));
  CHECK(has(view, "/wq_"));
  CHECK(has(view, "no service has that in its name"));
  hit(view, Kind::backspace);
  CHECK(has(view, "> web"));
  CHECK_FALSE(has(view, "job"));
  hit(view, Kind::enter);
  CHECK(has(view, "only those with 'w'"));
  CHECK(type(view, "r") == TopWish{Wish::operate, "web", Operation::restart});
  hit(view, Kind::escape);
  CHECK(has(view, "job"));
  type(view, "/j");
  hit(view, Kind::escape);
  CHECK(has(view, "web"));
}

TEST_CASE("the order is told in its column, and help by its key", "[svctl][top]") {
  TopView view = three_services();
  type(view, "ooooo");
  CHECK(has(view, "SINCE*"));
  CHECK(has(view, "o order (since)"));
  CHECK(lines_of(view)[3].starts_with("  job"));
  type(view, "?");
  CHECK(has(view, "follow what it writes"));
  CHECK_FALSE(type(view, "q"));
  CHECK(has(view, "SINCE*"));
}

TEST_CASE("the log is followed at its end, unless somebody looks back", "[svctl][top]") {
  TopView view = three_services({5, 80});  // three lines of it at once
  CHECK(type(view, "jjl") == TopWish{Wish::follow, "web"});
  for (const auto* line : {"one", "two", "three", "fo\x1b[Hur"}) view.add_log_line(line);
  CHECK(lines_of(view) == std::vector<std::string>{"what web writes", "two", "three", "four",
                                                   "q back  up down PgUp PgDn Home End"});
  type(view, "k");
  CHECK(has(view, "one\ntwo\nthree\n"));
  view.add_log_line("five");
  CHECK(has(view, "one\ntwo\nthree\n"));
  hit(view, Kind::end);
  CHECK(has(view, "three\nfour\nfive\n"));
  CHECK(type(view, "q") == TopWish{Wish::unfollow, {}});
  CHECK(has(view, "> web"));
}

TEST_CASE("what was asked for, and what goes wrong, is told in the last line", "[svctl][top]") {
  TopView view = three_services();
  view.notify("stop web");
  CHECK(lines_of(view).back() == "stop web");
  view.set_trouble("my_init does not answer");
  CHECK(lines_of(view).back() == "my_init does not answer");
  view.set_trouble("");
  type(view, "j");
  CHECK(lines_of(view).back().starts_with("q quit"));
}

TEST_CASE("a screen of any size has just so many lines", "[svctl][top]") {
  TopView view = three_services();
  for (const std::size_t rows : {0U, 1U, 2U, 3U, 4U, 5U, 40U}) {
    CAPTURE(rows);
    view.resize({rows, 7});
    CHECK(view.frame().size() == rows);
    type(view, "?");
    CHECK(view.frame().size() == rows);
    type(view, "ql");
    CHECK(view.frame().size() == rows);
    type(view, "q");
  }
}

}  // namespace my_init::svctl
