#include "my_init/core/graph.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace my_init::core {
namespace {

ServiceId id_at(std::size_t index) {
  return static_cast<ServiceId>(index);
}

}  // namespace

Graph::Graph(std::span<const ServiceSpec> specs)
    : Graph(specs, std::vector<bool>(specs.size()), Graph()) {}

Graph::Graph(std::span<const ServiceSpec> specs, const std::vector<bool>& vanishing,
             const Graph& before) {
  std::unordered_map<std::string_view, ServiceId> by_name;
  for (std::size_t i = 0; i < specs.size(); ++i)
    if (!vanishing[i]) by_name.emplace(specs[i].name, id_at(i));

  edges_begin_.reserve(specs.size() + 1);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (vanishing[i]) {
      const std::span<const Edge> kept = before.dependencies(id_at(i));
      edges_.insert(edges_.end(), kept.begin(), kept.end());
    } else {
      for (const Dependency& dependency : specs[i].depends_on) {
        const auto found = by_name.find(dependency.service);
        if (found == by_name.end()) continue;
        edges_.push_back(
            {found->second, dependency.condition, dependency.required, dependency.restart});
      }
    }
    edges_begin_.push_back(static_cast<std::uint32_t>(edges_.size()));
  }
  std::vector<std::uint32_t> incoming(specs.size() + 1, 0);
  for (const Edge& edge : edges_) ++incoming[index_of(edge.on) + 1];
  for (std::size_t i = 1; i < incoming.size(); ++i) incoming[i] += incoming[i - 1];
  dependents_begin_ = incoming;
  dependents_.resize(edges_.size());
  for (std::size_t i = 0; i < specs.size(); ++i)
    for (const Edge& edge : dependencies(id_at(i)))
      dependents_[incoming[index_of(edge.on)]++] = id_at(i);
  sort();
}

std::span<const Edge> Graph::dependencies(ServiceId service) const {
  const std::size_t i = index_of(service);
  return std::span(edges_).subspan(edges_begin_[i], edges_begin_[i + 1] - edges_begin_[i]);
}

std::span<const ServiceId> Graph::dependents(ServiceId service) const {
  const std::size_t i = index_of(service);
  return std::span(dependents_)
      .subspan(dependents_begin_[i], dependents_begin_[i + 1] - dependents_begin_[i]);
}

std::string_view condition_name(Condition condition) {
  switch (condition) {
    case Condition::started:
      return "service_started";
    case Condition::healthy:
      return "service_healthy";
    case Condition::completed:
      return "service_completed_successfully";
    case Condition::ordered:
      return "service_ordered";
  }
  return "service_started";
}

/// Kahn's algorithm: no recursion, so a chain of any length is safe.
void Graph::sort() {
  const std::size_t count = edges_begin_.size() - 1;
  std::vector<std::size_t> unmet(count);
  order_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    unmet[i] = dependencies(id_at(i)).size();
    if (unmet[i] == 0) order_.push_back(id_at(i));
  }
  for (std::size_t next = 0; next < order_.size(); ++next)
    for (const ServiceId dependent : dependents(order_[next]))
      if (--unmet[index_of(dependent)] == 0) order_.push_back(dependent);
  for (std::size_t i = 0; i < count && order_.size() < count; ++i)
    if (unmet[i] != 0) order_.push_back(id_at(i));
}

}  // namespace my_init::core
