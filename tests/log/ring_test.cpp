#include "my_init/log/ring.hpp"

#include <deque>
#include <random>

#include "catch.hpp"

using namespace my_init;
using namespace my_init::log;

namespace {

constexpr std::size_t kAll = 1000000;

Block block(std::string_view text, RunId run = RunId{1}, Stream stream = Stream::out) {
  return {text, WallTime{std::chrono::seconds{7}}, run, stream};
}

std::string joined(const std::vector<RingLine>& lines) {
  std::string text;
  for (const RingLine& line : lines) text += line.text + '\n';
  return text;
}

}  // namespace

TEST_CASE("a ring gives lines back with their origin", "[log][ring]") {
  Ring ring(4096);
  ring.append(block("a\nb\n"));
  ring.append(block("\nc\n", RunId{2}, Stream::err));
  const WallTime time{std::chrono::seconds{7}};
  CHECK(ring.last_lines(std::nullopt, kAll) ==
        std::vector<RingLine>{{time, Stream::out, RunId{1}, "a"},
                              {time, Stream::out, RunId{1}, "b"},
                              {time, Stream::err, RunId{2}, ""},
                              {time, Stream::err, RunId{2}, "c"}});
  CHECK(joined(ring.last_lines(RunId{1}, kAll)) == "a\nb\n");
  CHECK(joined(ring.last_lines(RunId{2}, 1)) == "c\n");
  CHECK(joined(ring.last_lines(std::nullopt, 3)) == "b\n\nc\n");
  CHECK(ring.last_lines(std::nullopt, 0).empty());
  CHECK(ring.last_lines(RunId{3}, kAll).empty());
}

TEST_CASE("a ring's memory grows with its content up to the limit", "[log][ring]") {
  Ring ring(5000);
  CHECK(ring.memory() == 0);
  ring.append(block("a\n"));
  CHECK(ring.memory() == 1024);
  for (int i = 0; i < 1000; ++i) ring.append(block("0123456789\n"));
  CHECK(ring.memory() == 5000);
}

TEST_CASE("a ring without room keeps nothing", "[log][ring]") {
  Ring ring(0);
  ring.append(block("a\n"));
  CHECK(ring.last_lines(std::nullopt, kAll).empty());
  CHECK(ring.memory() == 0);
}

TEST_CASE("of a block larger than the ring the newest lines stay", "[log][ring]") {
  Ring ring(100);
  std::string text;
  for (int i = 100; i < 200; ++i) text += std::to_string(i) + '\n';
  ring.append(block(text));
  const std::string kept = joined(ring.last_lines(std::nullopt, kAll));
  CHECK(text.ends_with(kept));
  CHECK(kept.size() > 60);
  ring.append(block(std::string(200, 'x') + '\n'));
  CHECK(joined(ring.last_lines(std::nullopt, kAll)) == kept);
}

TEST_CASE("a small block does not push a large one out at once", "[log][ring]") {
  Ring ring(1024);
  std::string text;
  for (int i = 0; i < 100; ++i) text += "line 1234\n";
  ring.append(block(text));
  ring.append(block("new\n"));
  const std::string kept = joined(ring.last_lines(std::nullopt, kAll));
  CHECK(kept.ends_with("line 1234\nnew\n"));
  CHECK(kept.size() > 900);
}

TEST_CASE("a smaller limit keeps the newest lines", "[log][ring]") {
  Ring ring(4096);
  for (int i = 0; i < 100; ++i) ring.append(block(std::to_string(i) + '\n'));
  ring.set_limit(100);
  CHECK(ring.memory() == 100);
  CHECK(joined(ring.last_lines(std::nullopt, kAll)).ends_with("98\n99\n"));
  ring.set_limit(8192);
  CHECK(joined(ring.last_lines(std::nullopt, kAll)).ends_with("98\n99\n"));
  ring.set_limit(0);
  CHECK(ring.last_lines(std::nullopt, kAll).empty());
}

TEST_CASE("whatever is appended, a ring has the newest lines whole", "[log][ring]") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  Ring ring(3000);
  std::string all;
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (auto line = random() % 5 + 1; line > 0; --line) {
      text += std::to_string(i) + std::string(random() % 60, 'x') + '\n';
    }
    ring.append(block(text, RunId{random() % 3}));
    all += text;
    const std::string kept = joined(ring.last_lines(std::nullopt, kAll));
    REQUIRE(all.ends_with(kept));
    REQUIRE((kept.size() == all.size() || all[all.size() - kept.size() - 1] == '\n'));
    REQUIRE((kept.size() == all.size() || kept.size() > 600));
  }
}

TEST_CASE("a ring gives what came after a place, and tells what is lost of it", "[log][ring]") {
  Ring ring(200);
  const std::uint64_t begin = ring.end();
  CHECK(ring.lines_after(begin).lines.empty());
  ring.append(block("a\nb\n"));
  const auto first = ring.lines_after(begin);
  CHECK(joined(first.lines) == "a\nb\n");
  CHECK(first.lost == 0);
  CHECK(ring.lines_after(first.next).lines.empty());
  ring.append(block("c\n"));
  const auto second = ring.lines_after(first.next);
  CHECK(joined(second.lines) == "c\n");
  for (int i = 0; i < 100; ++i) ring.append(block(std::to_string(i) + "\n"));
  const auto late = ring.lines_after(second.next);
  CHECK(late.lost > 0);
  CHECK(late.lines.size() < 10);
  CHECK(late.lines.back().text == "99");
  CHECK(late.next == ring.end());
}

TEST_CASE("a place in a ring holds while the ring grows and shrinks", "[log][ring]") {
  Ring ring(64 * 1024);
  ring.append(block("a\n"));
  const std::uint64_t place = ring.end();
  for (int i = 0; i < 500; ++i) ring.append(block("line " + std::to_string(i) + "\n"));
  const auto all = ring.lines_after(place);
  CHECK(all.lines.size() == 500);
  CHECK(all.lost == 0);
  ring.set_limit(500);
  const auto some = ring.lines_after(place);
  CHECK(some.lost > 0);
  CHECK(some.lines.back().text == "line 499");
  CHECK(joined(some.lines) == joined(ring.last_lines(std::nullopt, kAll)));
}
