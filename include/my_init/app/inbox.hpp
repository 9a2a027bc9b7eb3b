#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "my_init/core/event.hpp"

namespace my_init::app {

/// The events that wait for the core, in the order in which it is to see them.
class Inbox {
 public:
  void push(core::Event event) { events_.push_back(std::move(event)); }
  /// What an action has made true: the core must know it before it judges anything that waits.
  void push_first(core::Event event) { first_.push_back(std::move(event)); }
  [[nodiscard]] bool empty() const { return events_.empty() && first_.empty(); }
  [[nodiscard]] std::vector<core::Event> take() { return std::exchange(events_, {}); }
  [[nodiscard]] std::optional<core::Event> take_first() {
    if (first_.empty()) return std::nullopt;
    core::Event event = std::move(first_.front());
    first_.pop_front();
    return event;
  }

 private:
  std::vector<core::Event> events_;
  std::deque<core::Event> first_;
};

}  // namespace my_init::app
