#include "my_init/core/stop_times.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace my_init::core {
namespace {

ServiceId id_at(std::size_t index) {
  return static_cast<ServiceId>(index);
}

}  // namespace

std::uint32_t steps_left(const ServiceTable& table, ServiceId id) {
  const ServiceState& state = table.state(id);
  const HookCounts& hooks = table.spec(id).hooks;
  const std::uint32_t after = std::uint32_t{hooks.post_stop} - state.post_stop_next;
  if (!state.main_alive && !state.others) return std::max(after, std::uint32_t{1});
  if (!state.main_alive || state.signalled) return after + 1;
  return std::uint32_t{hooks.pre_stop} - state.pre_stop_next + 1 + after;
}

Duration stop_need(const ServiceTable& table, ServiceId id) {
  return table.spec(id).stop_grace_period * steps_left(table, id);
}

std::vector<ServiceId> heaviest_dependencies(const ServiceTable& table) {
  std::vector<Duration> weight(table.size());
  std::vector<ServiceId> heaviest(table.size());
  for (const ServiceId id : table.graph().order()) {
    heaviest[index_of(id)] = id;
    Duration below{};
    for (const Edge& edge : table.graph().dependencies(id)) {
      if (!is_live(table.state(edge.on).phase) || weight[index_of(edge.on)] < below) continue;
      below = weight[index_of(edge.on)];
      heaviest[index_of(id)] = edge.on;
    }
    weight[index_of(id)] = stop_need(table, id) + below;
  }
  return heaviest;
}

std::vector<Duration> chain_from(const ServiceTable& table, ServiceId id,
                                 const std::vector<ServiceId>& heaviest) {
  std::vector<Duration> chain{stop_need(table, id)};
  for (; heaviest[index_of(id)] != id; id = heaviest[index_of(id)])
    chain.push_back(stop_need(table, heaviest[index_of(id)]));
  return chain;
}

std::vector<Duration> longest_chain(const ServiceTable& table) {
  const std::vector<ServiceId> heaviest = heaviest_dependencies(table);
  std::vector<Duration> longest;
  Duration weight{-1};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto dependents = table.graph().dependents(id_at(i));
    const bool is_first = std::ranges::none_of(
        dependents, [&](ServiceId at) { return is_live(table.state(at).phase); });
    if (!is_live(table.state(id_at(i)).phase) || !is_first) continue;
    std::vector<Duration> chain = chain_from(table, id_at(i), heaviest);
    const Duration sum = std::accumulate(chain.begin(), chain.end(), Duration{});
    if (sum > weight) longest = std::move(chain);
    weight = std::max(weight, sum);
  }
  return longest;
}

}  // namespace my_init::core
