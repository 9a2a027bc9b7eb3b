#pragma once

namespace my_init::test {

/// What an actor does with itself.

void sleep_for(long milliseconds);

/// As many containers have it: clone3(2) is refused as if the kernel had none. False: it is not.
[[nodiscard]] bool forbid_clone3();

}  // namespace my_init::test
