#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "my_init/app/programs.hpp"
#include "my_init/log/own_log.hpp"
#include "my_init/os/service_cgroup.hpp"

namespace my_init::app {

/// The cgroups that services live in, where they can have one. Loop thread.
class Cgroups {
 public:
  /// Both are borrowed and outlive it.
  Cgroups(log::OwnLog& log, const Programs& programs) : log_(log), programs_(programs) {}

  /// Each service that starts from now on gets a cgroup of its own, where that can be.
  void use();

  /// The directory of the service's cgroup, for SpawnPlan; empty when it starts in ours.
  [[nodiscard]] std::string make(std::uint32_t service);
  /// What starts from now on lives in ours; the log says why.
  void give_up(const std::string& why);

  /// How the processes of services that start now are found: "cgroup v2", "process group and
  /// marker".
  [[nodiscard]] std::string_view way_to_follow() const;
  /// What the service has used since its start; nothing where it has no cgroup.
  [[nodiscard]] os::CgroupUsage usage_of(std::uint32_t service) const;

  /// Nothing when there never was one.
  [[nodiscard]] const std::optional<os::ServiceCgroups>& all() const { return all_; }

 private:
  log::OwnLog& log_;
  const Programs& programs_;
  std::optional<os::ServiceCgroups> all_;
  bool makes_them_ = false;  ///< services get one at their start
};

}  // namespace my_init::app
