#include "my_init/os/capability.hpp"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

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

std::uint64_t permitted_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (::syscall(SYS_capget, &header, sets.data()) != 0) return 0;
  return std::uint64_t{sets[1].permitted} << 32U | sets[0].permitted;
}

}  // namespace my_init::os
