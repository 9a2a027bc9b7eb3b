#pragma once

#include <cstdint>

#include "my_init/base/ids.hpp"

namespace my_init::core {

/// What kind of thing a run is a run of.
enum class SubjectKind : std::uint8_t {
  service,
  main_command,
  startup_file,
  pre_shutdown_hook,
  post_shutdown_hook,
  // Beside a service; their index is the service's.
  pre_start_hook,
  post_start_hook,
  pre_stop_hook,
  post_stop_hook,
  reload_command,
  readiness_probe,
  health_probe,
};

/// A service, the main command, one file of a directory by its place in the listing, or something
/// that runs beside a service.
struct Subject {
  SubjectKind kind = SubjectKind::service;
  std::uint32_t index = 0;
  std::uint16_t part = 0;  ///< of a service's hook: its place in the list of commands

  friend bool operator==(const Subject&, const Subject&) = default;
};

/// One life of a subject. Events about a run that is not the subject's current one are ignored.
struct RunRef {
  RunId run{};
  Subject subject;

  friend bool operator==(const RunRef&, const RunRef&) = default;
};

/// A service, or something that runs beside one: index is that of a service.
[[nodiscard]] constexpr bool is_of_service(SubjectKind kind) {
  return kind == SubjectKind::service || kind >= SubjectKind::pre_start_hook;
}

/// Runs beside a service and must end before its run is over.
[[nodiscard]] constexpr bool is_service_hook(SubjectKind kind) {
  return kind >= SubjectKind::pre_start_hook && kind <= SubjectKind::reload_command;
}

[[nodiscard]] constexpr bool is_probe(SubjectKind kind) {
  return kind == SubjectKind::readiness_probe || kind == SubjectKind::health_probe;
}

}  // namespace my_init::core
