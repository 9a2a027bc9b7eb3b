// Coverage-guided fuzzing (./dev fuzz): libFuzzer calls one target, MY_INIT_FUZZ_TARGET.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "targets.hpp"

using my_init::fuzz::kTargets;
using my_init::fuzz::Target;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Target* const target = [] {
    const char* const name = std::getenv("MY_INIT_FUZZ_TARGET");
    const auto* const found =
        std::ranges::find(kTargets, std::string_view(name == nullptr ? "" : name), &Target::name);
    my_init::fuzz::require(found != kTargets.end(), "MY_INIT_FUZZ_TARGET names a target");
    return found;
  }();
  target->run({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
