#pragma once

#include <cstdint>
#include <vector>

#include "my_init/base/ids.hpp"
#include "my_init/base/time.hpp"
#include "my_init/core/service_spec.hpp"
#include "my_init/core/settings.hpp"

namespace my_init::core::event {

/// Answer to action::LoadDefinitions. The graph has no cycle and every name in it exists.
struct DefinitionsLoaded {
  std::vector<ServiceSpec> services;
  Settings settings;  ///< final: the start-up scripts may have changed variables
};

/// The other answer: a definition is wrong; nothing may be started.
struct DefinitionsRefused {
  int exit_code = 78;  ///< EX_CONFIG of sysexits(3)
};

/// What a new definition means for a run that began with the old one.
enum class Effect : std::uint8_t {
  live,     ///< it matters for the next decision only: the run goes on
  restart,  ///< the run was made otherwise
};

/// The definition of one service, new or changed.
struct DefinitionChange {
  /// One that exists, or one to be added: a place that action::ForgetService has named since it was
  /// used last, or the next behind all that exist.
  ServiceId service{};
  ServiceSpec spec;
  Effect effect = Effect::live;
};

/// The definitions were read again: only what is different. As with DefinitionsLoaded, the graph of
/// all that is not removed has no cycle, and every name in it exists.
struct ConfigReplaced {
  std::vector<DefinitionChange> changes;
  std::vector<ServiceId> removed;
  Duration shutdown_timeout{};  ///< as in Settings
};

}  // namespace my_init::core::event
