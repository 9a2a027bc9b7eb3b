#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "my_init/base/ids.hpp"
#include "my_init/core/service_spec.hpp"

namespace my_init::core {

/// One edge, resolved.
struct Edge {
  ServiceId on{};
  Condition condition = Condition::started;
  bool required = true;
  bool restart = false;
};

/// The dependency graph of all services. Fixed once made; names of services that do not exist are
/// left out (config has refused them).
class Graph {
 public:
  Graph() = default;
  explicit Graph(std::span<const ServiceSpec> specs);
  /// The graph after `before`, when definitions have changed. Nothing depends on what is vanishing
  /// but what is vanishing, too; that keeps its edges. So none of this can close a cycle.
  Graph(std::span<const ServiceSpec> specs, const std::vector<bool>& vanishing,
        const Graph& before);

  [[nodiscard]] std::span<const Edge> dependencies(ServiceId service) const;
  [[nodiscard]] std::span<const ServiceId> dependents(ServiceId service) const;

  /// Every service after all that it depends on. Members of a cycle, which config refuses, come
  /// last.
  [[nodiscard]] std::span<const ServiceId> order() const { return order_; }

 private:
  void sort();

  // Compressed rows: the edges of service i are [begin_[i], begin_[i + 1]).
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> edges_begin_{0};
  std::vector<ServiceId> dependents_;
  std::vector<std::uint32_t> dependents_begin_{0};
  std::vector<ServiceId> order_;
};

/// Compose's word for it: "service_healthy".
[[nodiscard]] std::string_view condition_name(Condition condition);

[[nodiscard]] inline std::size_t index_of(ServiceId service) {
  return static_cast<std::size_t>(service);
}

}  // namespace my_init::core
