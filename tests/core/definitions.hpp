#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "my_init/core/action.hpp"
#include "my_init/core/event.hpp"

namespace my_init::core {

/// The definitions of a simulated container, as an app keeps them for the core while they are read
/// again and again. A value.
class Definitions {
 public:
  explicit Definitions(std::vector<ServiceSpec> specs) : specs_(std::move(specs)) {}

  /// By place, as they are in force. One that was removed stays until its place is used again.
  [[nodiscard]] const std::vector<ServiceSpec>& specs() const { return specs_; }
  /// Those that are not to vanish, as they are to be.
  [[nodiscard]] std::vector<ServiceSpec> coming() const;
  /// Those that vanish or have vanished.
  [[nodiscard]] std::vector<ServiceSpec> removed() const;

  /// What makes these out of them; of `restarted` the process is made otherwise.
  [[nodiscard]] event::ConfigReplaced replacement(const std::vector<ServiceSpec>& services,
                                                  const std::vector<std::string>& restarted) const;

  void note(const event::ConfigReplaced& event);
  void note(const action::UseDefinition& action);
  void note(const action::ForgetService& action);

 private:
  [[nodiscard]] bool stays(std::size_t place) const {
    return !vanishing_.contains(place) && !free_.contains(place);
  }
  [[nodiscard]] const ServiceSpec& coming(std::size_t place) const {
    const auto next = next_.find(place);
    return next == next_.end() ? specs_[place] : next->second;
  }

  std::vector<ServiceSpec> specs_;
  std::map<std::size_t, ServiceSpec> next_;
  std::set<std::size_t> vanishing_;  ///< places
  std::set<std::size_t> free_;
};

}  // namespace my_init::core
