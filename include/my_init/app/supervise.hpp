#pragma once

#include "my_init/app/options.hpp"
#include "my_init/config/load.hpp"

namespace my_init::app {

/// This process's environment: names and values, byte-exact.
[[nodiscard]] config::Environment environment_at_exec();

/// What my_init is there for: boots, supervises and stops. The exit code; EX_OSERR (71) with a line
/// on standard error when the kernel refuses what we cannot do without. Call before any thread
/// exists.
[[nodiscard]] int supervise(const Options& options);

}  // namespace my_init::app
