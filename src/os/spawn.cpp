#include "my_init/os/spawn.hpp"

#include <limits>

#include "my_init/base/capability.hpp"
#include "my_init/base/limit_name.hpp"

namespace my_init::os {

namespace {

constexpr std::string_view kDefaultSearchPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string bound_text(std::uint64_t bound) {
  const bool is_unlimited = bound == std::numeric_limits<std::uint64_t>::max();
  return is_unlimited ? "unlimited" : std::to_string(bound);
}

/// "nofile to 1024", "nofile to 100:200" (soft:hard).
std::string limit_text(const ResourceLimit& limit) {
  std::string text(limit_name(limit.resource));
  text.append(" to ").append(bound_text(limit.soft));
  if (limit.soft != limit.hard) text.append(":").append(bound_text(limit.hard));
  return text;
}

/// "capability NET_ADMIN", as definitions have it.
std::string capability_text(std::uint32_t number) {
  constexpr std::string_view kPrefix = "CAP_";
  const std::string name = capability_name(static_cast<int>(number));
  return name.starts_with(kPrefix) ? "capability " + name.substr(kPrefix.size()) : name;
}

}  // namespace

std::string describe(const SpawnFailure& failure, const SpawnPlan& plan) {
  const bool has_item = failure.item != SpawnFailure::kNoItem;
  switch (failure.step) {
    case SpawnStep::fork:
      return "fork";
    case SpawnStep::session:
      return "make a session";
    case SpawnStep::terminal:
      return "take the terminal";
    case SpawnStep::oom_score:
      return "set oom_score_adj";
    case SpawnStep::nice:
      return "set nice value";
    case SpawnStep::standard_streams:
      return "set standard streams";
    case SpawnStep::descriptors:
      return "pass descriptors";
    case SpawnStep::limits:
      return failure.item < plan.limits.size() ? "set " + limit_text(plan.limits[failure.item])
                                               : "set resource limits";
    case SpawnStep::bounding_set:
      return has_item ? "drop " + capability_text(failure.item) : "drop capabilities";
    case SpawnStep::groups:
      return "set groups";
    case SpawnStep::user:
      return "change user";
    case SpawnStep::capabilities:
      return has_item ? "keep " + capability_text(failure.item) + ", which the container lacks"
                      : "set capabilities";
    case SpawnStep::ambient_set:
      return has_item ? "pass on " + capability_text(failure.item) : "pass on capabilities";
    case SpawnStep::working_directory:
      return "change to working directory";
    case SpawnStep::no_new_privileges:
      return "set no_new_privs";
    case SpawnStep::exec:
      return "exec";
  }
  return "start";
}

std::vector<std::string> executable_candidates(std::string_view word,
                                               std::string_view search_path) {
  if (word.find('/') != std::string_view::npos) return {std::string(word)};
  if (search_path.empty()) search_path = kDefaultSearchPath;
  std::vector<std::string> candidates;
  while (true) {
    const std::size_t colon = search_path.find(':');
    const std::string_view directory = search_path.substr(0, colon);
    std::string candidate(directory.empty() ? "." : directory);
    candidate += '/';
    candidate += word;
    candidates.push_back(std::move(candidate));
    if (colon == std::string_view::npos) return candidates;
    search_path.remove_prefix(colon + 1);
  }
}

}  // namespace my_init::os
