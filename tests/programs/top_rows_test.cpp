#include "top_rows.hpp"

#include "catch.hpp"

namespace my_init::svctl {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

std::vector<TopRow> four_rows() {
  return {{"web", "running", "healthy", 5.0, 100, 1, 900},
          {"db", "running", "unhealthy", 50.0, {}, 0, 800},
          {"job", "backoff", "none", {}, {}, 7, 100},
          {"web-old", "stopped", "none", 0.0, 900, 1, 700}};
}

Names names(const std::vector<TopRow>& rows, SortBy order, std::string_view filter = {}) {
  Names names;
  for (const TopRow* const row : arranged(rows, order, filter)) names.push_back(row->name);
  return names;
}

}  // namespace

TEST_CASE("each order shows first what an operator looks for", "[svctl][top]") {
  const auto rows = four_rows();
  CHECK(names(rows, SortBy::name) == Names{"db", "job", "web", "web-old"});
  CHECK(names(rows, SortBy::state) == Names{"db", "job", "web", "web-old"});
  CHECK(names(rows, SortBy::cpu) == Names{"db", "web", "web-old", "job"});
  CHECK(names(rows, SortBy::memory) == Names{"web-old", "web", "db", "job"});
  CHECK(names(rows, SortBy::restarts) == Names{"job", "web", "web-old", "db"});
  CHECK(names(rows, SortBy::since) == Names{"job", "web-old", "db", "web"});
}

TEST_CASE("the key for the order goes round", "[svctl][top]") {
  SortBy order = SortBy::name;
  Names words;
  do {
    words.emplace_back(word_of(order));
    order = next_of(order);
  } while (order != SortBy::name);
  CHECK(words == Names{"name", "state", "cpu", "memory", "restarts", "since"});
}

TEST_CASE("a filter leaves the names that have the text", "[svctl][top]") {
  CHECK(names(four_rows(), SortBy::name, "web") == Names{"web", "web-old"});
  CHECK(names(four_rows(), SortBy::name, "x").empty());
}

TEST_CASE("processor time is what was used between two looks", "[svctl][top]") {
  CpuMeter meter;
  const TimePoint start{1h};
  meter.begin(start);
  CHECK_FALSE(meter.percent("web/1", 5s));
  meter.begin(start + 2s);
  CHECK(meter.percent("web/1", 6s) == 50.0);
  CHECK_FALSE(meter.percent("web/2", 6s));  // another life
  meter.begin(start + 4s);
  CHECK(meter.percent("web/1", 3s) == 0.0);  // a child of it has gone, with what it had used
  meter.begin(start + 4s);
  CHECK_FALSE(meter.percent("web/1", 3s));
}

}  // namespace my_init::svctl
