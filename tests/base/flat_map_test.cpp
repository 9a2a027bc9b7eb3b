#include "my_init/base/flat_map.hpp"

#include <memory>
#include <vector>

#include "catch.hpp"

using my_init::FlatMap;

TEST_CASE("a flat map finds what was set, in the order of its keys", "[base]") {
  FlatMap<int, char> map;
  map.set(3, 'c');
  map.set(1, 'a');
  map.set(2, 'b');
  std::vector<char> values;
  for (const auto& [key, value] : map) values.push_back(value);
  CHECK(values == std::vector<char>{'a', 'b', 'c'});
  REQUIRE(map.find(2) != nullptr);
  CHECK(*map.find(2) == 'b');
  CHECK(map.find(4) == nullptr);
}

TEST_CASE("a flat map replaces and forgets", "[base]") {
  FlatMap<int, std::unique_ptr<int>> map;
  map.set(1, std::make_unique<int>(10));
  map.set(1, std::make_unique<int>(11));
  CHECK(map.size() == 1);
  CHECK(**map.find(1) == 11);
  map.erase(7);
  map.erase(1);
  CHECK(map.empty());
  CHECK_FALSE(map.contains(1));
}
