#pragma once

#include <cstdint>

namespace my_init {

/// One life of one process that we started. Never reused; 0 is no run.
enum class RunId : std::uint64_t {};

/// A service's place in the list of definitions.
enum class ServiceId : std::uint32_t {};

}  // namespace my_init
