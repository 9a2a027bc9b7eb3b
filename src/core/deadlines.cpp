#include "my_init/core/deadlines.hpp"

#include <algorithm>

namespace my_init::core {
namespace {

bool later(const Deadlines::Entry& a, const Deadlines::Entry& b) {
  return a.at > b.at;
}

}  // namespace

void Deadlines::add(TimePoint at, ServiceId service) {
  heap_.push_back({at, service});
  std::ranges::push_heap(heap_, later);
}

void Deadlines::drop_first() {
  std::ranges::pop_heap(heap_, later);
  heap_.pop_back();
}

}  // namespace my_init::core
