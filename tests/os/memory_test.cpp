#include "my_init/os/memory.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using namespace my_init::os;

namespace {

int written_data = 41;

}  // namespace

TEST_CASE("a program goes on as before when its unused memory was released", "[os][memory]") {
  written_data = 42;
  std::vector<std::string> heap(1000, std::string(100, 'x'));
  release_unused_memory();
  CHECK(written_data == 42);
  CHECK(heap.back() == std::string(100, 'x'));
}
