#pragma once

#include <cstdint>

namespace my_init::core {

/// What became of the last question whether a service is ready or healthy.
enum class ProbeOutcome : std::uint8_t {
  unanswered,  ///< there was none in this run, or its first one has no answer yet
  answered,    ///< yes or no
  overran,     ///< it was killed at its limit
};

}  // namespace my_init::core
