#include "my_init/app/cgroups.hpp"

#include <fmt/format.h>

#include <utility>

namespace my_init::app {

void Cgroups::use() {
  if (all_ || programs_.services.empty()) return;
  all_ = os::ServiceCgroups::find();
  makes_them_ = all_.has_value();
}

std::string Cgroups::make(std::uint32_t service) {
  if (!makes_them_) return {};
  auto directory = all_->prepare(programs_.service_names[service]);
  if (directory) return std::move(*directory);
  give_up(directory.error().message);
  return {};
}

void Cgroups::give_up(const std::string& why) {
  makes_them_ = false;
  log_.write(
      LogLevel::warning, "cgroup",
      fmt::format("Services that start from now on are followed by {}: {}", way_to_follow(), why));
}

std::string_view Cgroups::way_to_follow() const {
  return makes_them_ ? "cgroup v2" : "process group and marker";
}

os::CgroupUsage Cgroups::usage_of(std::uint32_t service) const {
  return all_ ? all_->usage(programs_.service_names[service]) : os::CgroupUsage{};
}

}  // namespace my_init::app
