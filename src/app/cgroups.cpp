#include "my_init/app/cgroups.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace my_init::app {

void Cgroups::use() {
  if (all_ || programs_.services.empty()) return;
  all_ = os::ServiceCgroups::find();
  makes_them_ = all_.has_value();
}

std::string Cgroups::make(std::uint32_t service) {
  if (has_own_.size() <= service) has_own_.resize(programs_.services.size());
  has_own_[service] = false;
  if (!makes_them_) return {};
  auto directory = all_->prepare(programs_.service_names[service]);
  if (!directory) {
    stop_making(directory.error().message);
    return {};
  }
  has_own_[service] = true;
  return std::move(*directory);
}

void Cgroups::give_up(std::uint32_t service, const std::string& why) {
  has_own_[service] = false;
  stop_making(why);
}

void Cgroups::stop_making(const std::string& why) {
  makes_them_ = false;
  log_.write(
      LogLevel::warning, "cgroup",
      fmt::format("Services that start from now on are followed by {}: {}", way_to_follow(), why));
}

std::string_view Cgroups::way_in(bool own_cgroup) {
  return own_cgroup ? "cgroup v2" : "process group and marker";
}

os::CgroupUsage Cgroups::usage_of(std::uint32_t service) const {
  return has_own(service) ? all_->usage(programs_.service_names[service]) : os::CgroupUsage{};
}

}  // namespace my_init::app
