#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "my_init/app/programs.hpp"
#include "my_init/core/subject.hpp"
#include "my_init/os/children.hpp"
#include "my_init/os/process_table.hpp"

namespace my_init::app {

/// What os::command_of() says of a process that runs this program.
[[nodiscard]] std::string shown_name(const config::Execution& execution);

/// Finds the daemon that a service of type forking has left behind, by its pid file or, without
/// one, by its marker or its program's name, and makes it the main process of the run. Loop thread.
class DaemonFinder {
 public:
  DaemonFinder(os::Children& children, const Programs& programs)
      : children_(children), programs_(programs) {}

  /// The program that is to leave it is about to be started: nothing older can be its daemon.
  void begin(std::uint32_t service) { begun_[service] = os::time_since_boot(); }

  /// The service is gone.
  void forget(std::uint32_t service) {
    begun_.erase(service);
    reasons_.erase(service);
  }

  /// Whether it was found. `strays`: adopted processes now.
  [[nodiscard]] bool find(core::RunRef run, const std::vector<os::StrayFinder::Stray>& strays);

  /// Why the last find() of the service found none: "pid file '/run/x.pid': no such file or
  /// directory"; empty when it did.
  [[nodiscard]] std::string why_not(std::uint32_t service) const;

 private:
  [[nodiscard]] Result<void> by_pid_file(core::RunRef run, const std::string& path);
  [[nodiscard]] Result<void> by_marker(core::RunRef run,
                                       const std::vector<os::StrayFinder::Stray>& strays);

  [[nodiscard]] Result<void> by_name(core::RunRef run,
                                     const std::vector<os::StrayFinder::Stray>& strays);

  os::Children& children_;
  const Programs& programs_;
  std::unordered_map<std::uint32_t, std::string> reasons_;
  std::unordered_map<std::uint32_t, Duration> begun_;  ///< since boot
};

}  // namespace my_init::app
