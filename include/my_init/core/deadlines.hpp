#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "my_init/base/ids.hpp"
#include "my_init/base/time.hpp"

namespace my_init::core {

/// The earliest of many deadlines, at most one per service. A heap with lazy deletion: a service's
/// own field says what holds, an entry that differs from it is dropped when it comes up.
class Deadlines {
 public:
  struct Entry {
    TimePoint at;
    ServiceId service{};
  };

  void add(TimePoint at, ServiceId service);

  /// The earliest entry that `holds(entry)`; drops the others on the way.
  template <class Predicate>
  [[nodiscard]] std::optional<Entry> earliest(Predicate holds) {
    while (!heap_.empty() && !holds(heap_.front())) drop_first();
    if (heap_.empty()) return std::nullopt;
    return heap_.front();
  }
  void drop_first();

 private:
  std::vector<Entry> heap_;
};

}  // namespace my_init::core
