#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  /// The service has started in ours after all, and so does what starts from now on; the log says
  /// why.
  void give_up(std::uint32_t service, const std::string& why);

  /// How the processes of services that start now are found: "cgroup v2", "process group and
  /// marker".
  [[nodiscard]] std::string_view way_to_follow() const { return way_in(makes_them_); }
  /// The same of a service that has started.
  [[nodiscard]] std::string_view way_to_follow(std::uint32_t service) const {
    return way_in(has_own(service));
  }
  /// What the service has used since its start; nothing where it has no cgroup.
  [[nodiscard]] os::CgroupUsage usage_of(std::uint32_t service) const;

  /// Nothing when there never was one.
  [[nodiscard]] const std::optional<os::ServiceCgroups>& all() const { return all_; }

 private:
  [[nodiscard]] static std::string_view way_in(bool own_cgroup);
  [[nodiscard]] bool has_own(std::uint32_t service) const {
    return service < has_own_.size() && has_own_[service];
  }
  void stop_making(const std::string& why);

  log::OwnLog& log_;
  const Programs& programs_;
  std::optional<os::ServiceCgroups> all_;
  bool makes_them_ = false;    ///< services get one at their start
  std::vector<bool> has_own_;  ///< by service, of its last start; those at the end may be missing
};

}  // namespace my_init::app
