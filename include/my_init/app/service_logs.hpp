#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>

#include "my_init/app/programs.hpp"
#include "my_init/base/result.hpp"
#include "my_init/core/subject.hpp"
#include "my_init/log/log_thread.hpp"

namespace my_init::app {

/// The way from what services write to the log thread: which of them are read by us, and the pipes
/// of each run. Loop thread.
class ServiceLogs {
 public:
  /// Both are borrowed and outlive it.
  ServiceLogs(log::LogThread& thread, const Programs& programs)
      : thread_(thread), programs_(programs) {}

  /// The definitions are in `programs` now.
  void use_services();
  /// That of one service is new, or another one.
  void use_service(std::uint32_t service);
  /// The service is gone.
  void forget_service(std::uint32_t service);
  /// How many services are read by us.
  [[nodiscard]] std::size_t read_services() const { return read_.size(); }

  /// The write ends for a run of a service or of one of its hooks; to be closed once it was forked.
  /// Nothing when its output is the container's own (driver inherit).
  [[nodiscard]] Result<std::optional<log::RunPipes>> open(core::RunRef run);

  /// The run has ended: what it wrote comes before what we say about that.
  void finish(core::RunRef run);

  /// Whether the output of the service is read by us.
  [[nodiscard]] bool reads(std::uint32_t service) const {
    return programs_.services[service].output_driver != OutputDriver::inherit;
  }

  [[nodiscard]] log::OutputCounters counters(std::uint32_t service) const {
    return thread_.counters(log::LoggedService{service});
  }

 private:
  log::LogThread& thread_;
  const Programs& programs_;
  std::unordered_set<std::uint32_t> read_;  ///< the log thread knows them
};

}  // namespace my_init::app
