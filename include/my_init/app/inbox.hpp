#pragma once

#include <utility>
#include <vector>

#include "my_init/core/event.hpp"

namespace my_init::app {

/// The events that wait for the core, in the order in which it is to see them.
class Inbox {
 public:
  void push(core::Event event) { events_.push_back(std::move(event)); }
  [[nodiscard]] bool empty() const { return events_.empty(); }
  [[nodiscard]] std::vector<core::Event> take() { return std::exchange(events_, {}); }

 private:
  std::vector<core::Event> events_;
};

}  // namespace my_init::app
