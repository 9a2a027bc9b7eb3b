#include "my_init/os/capability.hpp"

#include <sys/prctl.h>

namespace my_init::os {

std::uint64_t bounding_capabilities() {
  std::uint64_t bits = 0;
  for (unsigned long number = 0; number < 64; ++number) {
    const int present = ::prctl(PR_CAPBSET_READ, number, 0UL, 0UL, 0UL);
    if (present < 0) break;  // EINVAL: the first number that this kernel does not know
    if (present > 0) bits |= std::uint64_t{1} << number;
  }
  return bits;
}

}  // namespace my_init::os
