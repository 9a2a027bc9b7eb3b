#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "my_init/app/apply.hpp"
#include "my_init/app/programs.hpp"
#include "my_init/core/event.hpp"
#include "my_init/core/supervisor.hpp"

namespace my_init::app {

/// The definitions that the core has been told of and that are not in force yet, and which service
/// has which place in `programs`. Empty, and as good as free, while nothing changes. Loop thread.
class NextDefinitions {
 public:
  explicit NextDefinitions(Programs& programs) : programs_(programs) {}

  /// The difference between what is and what is wanted, as it would become: nothing is done yet.
  struct Plan {
    std::vector<ChangedService> services;  ///< as in ApplyResult
    core::event::ConfigReplaced event;     ///< changes: the places of all that is new or different
    std::vector<std::size_t> wanted;       ///< by change: its place among those that are wanted
  };
  /// What of all that is in force `wanted` is to replace.
  enum class Scope : std::uint8_t { all, runit };
  [[nodiscard]] Plan compare(const std::vector<config::ServiceDefinition>& wanted,
                             const core::Snapshot& seen, Scope scope = Scope::all) const;

  /// Takes out of what runit directories define what has the name of a service that is defined in a
  /// file, or a logger that has; what that was.
  [[nodiscard]] std::vector<config::ServiceDefinition> take_out_clashes(
      std::vector<config::ServiceDefinition>& found) const;

  /// Keeps of `wanted` what the plan for them needs; its event is to be given to the core then.
  void keep(const Plan& plan, std::vector<config::ServiceDefinition> wanted);

  /// action::UseDefinition: puts it in force in `programs`. What was there before.
  [[nodiscard]] config::Execution use(std::uint32_t service);
  /// action::ForgetService.
  void forget(std::uint32_t service);

 private:
  struct Known;
  [[nodiscard]] Known known_at(std::uint32_t service, const core::Snapshot& seen) const;
  [[nodiscard]] bool is_runit(std::uint32_t service) const;

  Programs& programs_;
  std::unordered_map<std::uint32_t, config::ServiceDefinition> next_;
  std::set<std::uint32_t> removed_;  ///< not gone yet
  std::set<std::uint32_t> free_;
};

/// Whether a run that began with `before` is what `after` wants, so that it may go on.
[[nodiscard]] bool is_made_alike(const core::ServiceSpec& before, const core::ServiceSpec& after);
[[nodiscard]] bool is_made_alike(const config::Execution& before, const config::Execution& after);

}  // namespace my_init::app
