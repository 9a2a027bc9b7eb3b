#include <fmt/format.h>

#include <array>

#include "my_init/config/key_readers.hpp"
#include "my_init/config/scalars.hpp"

namespace my_init::config {

void read_type(std::string_view key, const Node& value, Reading& reading) {
  constexpr std::array<std::string_view, 3> kTypes{"simple", "oneshot", "forking"};
  constexpr std::array<core::ServiceType, 3> kValues{
      core::ServiceType::simple, core::ServiceType::oneshot, core::ServiceType::forking};
  if (const auto type = read_choice(key, value, kTypes, reading.report())) {
    reading.draft.definition.spec.type = kValues[*type];
  }
}

void finish_forking(Reading& reading) {
  const core::ServiceSpec& spec = reading.draft.definition.spec;
  const bool is_forking = spec.type == core::ServiceType::forking;
  if (const Node* const pid_file = reading.pid_file) {
    const auto path = read_absolute_path("pid_file", *pid_file, reading.report());
    if (path && is_forking) reading.draft.definition.execution.details.edit().pid_file = *path;
    if (path && !is_forking && pid_file->place.file != kGlobalFile) {
      reading.report().error(pid_file->place, "'pid_file' needs 'type: forking'");
    }
  }
  if (is_forking && spec.ready.way == core::ReadyWay::fd) {
    reading.report().warning(find(*reading.ready, "fd")->place,
                             "'fd' with type forking: a daemon closes what it inherits, "
                             "so the newline may never come");
  }
}

}  // namespace my_init::config
