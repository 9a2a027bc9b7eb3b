#include "my_init/config/dependency_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "my_init/config/quote.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

using Index = std::unordered_map<std::string_view, std::size_t>;

Index index_names(const std::vector<Draft>& drafts) {
  Index index;
  index.reserve(drafts.size());
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    index.emplace(drafts[i].definition.spec.name, i);
  }
  return index;
}

/// Reports one dependency on something that is not there, by its weight.
void report_missing(const core::Dependency& dependency, Place place, bool unselected,
                    const std::vector<Draft>& drafts, Report& report) {
  const std::string name = quote(dependency.service);
  if (unselected && dependency.required) {
    report.error(place,
                 fmt::format("service {} has no selected profile (see MY_INIT_PROFILES)", name));
  }
  if (unselected) return;
  // Among very many names the search for a near one would take longer than the rest of the load.
  constexpr std::size_t kMostCompared = 2000;
  std::vector<std::string_view> names;
  if (drafts.size() <= kMostCompared && !report.is_full()) {
    for (const Draft& draft : drafts) names.push_back(draft.definition.spec.name);
  }
  std::string text =
      fmt::format("unknown service {}{}", name, suggestion(dependency.service, names));
  if (dependency.required) {
    report.error(place, std::move(text));
  } else {
    report.warning(place, std::move(text));
  }
}

void drop_missing(Draft& draft, const std::vector<Draft>& drafts, const Index& index,
                  const std::unordered_set<std::string_view>& unselected, Report& report) {
  std::vector<core::Dependency>& dependencies = draft.definition.spec.depends_on;
  std::vector<Place>& places = draft.dependency_places;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < dependencies.size(); ++i) {
    if (!index.contains(dependencies[i].service)) {
      report_missing(dependencies[i], places[i], unselected.contains(dependencies[i].service),
                     drafts, report);
      continue;
    }
    if (kept != i) {
      dependencies[kept] = std::move(dependencies[i]);
      places[kept] = places[i];
    }
    ++kept;
  }
  dependencies.resize(kept);
  places.resize(kept);
}

/// Warns where a service waits for the health of one that is there to end.
void check_healthy(const Draft& draft, const std::vector<Draft>& drafts, const Index& index,
                   Report& report) {
  const std::vector<core::Dependency>& dependencies = draft.definition.spec.depends_on;
  for (std::size_t i = 0; i < dependencies.size(); ++i) {
    if (dependencies[i].condition != core::Condition::healthy) continue;
    const core::ServiceSpec& target = drafts[index.at(dependencies[i].service)].definition.spec;
    if (target.type != core::ServiceType::oneshot) continue;
    report.warning(draft.dependency_places[i],
                   fmt::format("service {} is a oneshot, which is healthy only while it runs (did "
                               "you mean 'condition: service_completed_successfully'?)",
                               quote(target.name)));
  }
}

/// Walks depth first along the edges without recursion, and reports the first cycle that each walk
/// meets. Afterwards every service stands behind all that it depends on.
class Walk {
 public:
  Walk(const std::vector<Draft>& drafts, const Index& index)
      : drafts_(drafts), index_(index), states_(drafts.size(), State::unseen) {}

  [[nodiscard]] const std::vector<std::size_t>& order() const { return order_; }

  void run(Report* report) {
    for (std::size_t start = 0; start < drafts_.size(); ++start) {
      if (states_[start] != State::unseen) continue;
      enter(start);
      while (!path_.empty()) step(report);
    }
  }

 private:
  enum class State : std::uint8_t { unseen, open, done };

  struct Step {
    std::size_t service;
    std::size_t next = 0;  ///< its dependency to follow next
  };

  void enter(std::size_t service) {
    states_[service] = State::open;
    path_.push_back({.service = service});
  }

  void step(Report* report) {
    Step& top = path_.back();
    const auto& dependencies = drafts_[top.service].definition.spec.depends_on;
    if (top.next == dependencies.size()) {
      states_[top.service] = State::done;
      order_.push_back(top.service);
      path_.pop_back();
      return;
    }
    const std::size_t edge = top.next++;
    const std::size_t target = index_.at(dependencies[edge].service);
    if (states_[target] == State::unseen)
      enter(target);
    else if (states_[target] == State::open && report != nullptr)
      complain(target, edge, *report);
  }

  /// `edge` of the last service on the path leads back to `target`, which is on the path too.
  void complain(std::size_t target, std::size_t edge, Report& report) {
    const auto begin = std::ranges::find(path_, target, &Step::service);
    std::string cycle;
    constexpr std::ptrdiff_t kLongest = 20;
    const std::ptrdiff_t length = path_.end() - begin;
    for (auto step = begin; step != path_.end(); ++step) {
      if (step - begin == kLongest - 1 && length > kLongest) {
        cycle += "... -> ";
        step = path_.end() - 1;
      }
      cycle += drafts_[step->service].definition.spec.name + " -> ";
    }
    cycle += drafts_[target].definition.spec.name;
    report.error(drafts_[path_.back().service].dependency_places[edge],
                 fmt::format("dependency cycle: {}", cycle));
  }

  const std::vector<Draft>& drafts_;
  const Index& index_;
  std::vector<State> states_;
  std::vector<Step> path_;
  std::vector<std::size_t> order_;
};

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// The longest time that a row of services may take to stop, one after the other.
struct Chain {
  Duration length{};
  std::size_t next = kNone;  ///< the service that stops after this one
};

Duration grace_of(const core::ServiceSpec& spec) {
  // What has completed, or was never started, stops at once.
  const bool runs = spec.type != core::ServiceType::oneshot && spec.enabled;
  return runs ? spec.stop_grace_period : Duration::zero();
}

Duration saturated_sum(Duration a, Duration b) {
  return a > Duration::max() - b ? Duration::max() : a + b;
}

std::vector<Chain> longest_chains(const std::vector<Draft>& drafts, const Index& index,
                                  const std::vector<std::size_t>& order) {
  std::vector<Chain> chains(drafts.size());
  for (const std::size_t service : order) {
    const core::ServiceSpec& spec = drafts[service].definition.spec;
    Chain& chain = chains[service];
    for (const core::Dependency& dependency : spec.depends_on) {
      const std::size_t next = index.at(dependency.service);
      if (chains[next].length <= chain.length && chain.next != kNone) continue;
      chain = {.length = chains[next].length, .next = next};
    }
    chain.length = saturated_sum(chain.length, grace_of(spec));
  }
  return chains;
}

}  // namespace

void check_dependencies(std::vector<Draft>& drafts, const std::vector<std::string_view>& unselected,
                        Report& report) {
  const Index index = index_names(drafts);
  const std::unordered_set<std::string_view> without_profile(unselected.begin(), unselected.end());
  for (Draft& draft : drafts) drop_missing(draft, drafts, index, without_profile, report);
  for (const Draft& draft : drafts) check_healthy(draft, drafts, index, report);
  Walk(drafts, index).run(&report);
}

void check_budget(const std::vector<Draft>& drafts, Duration budget, Place place, Report& report) {
  const Index index = index_names(drafts);
  Walk walk(drafts, index);
  walk.run(nullptr);
  const std::vector<Chain> chains = longest_chains(drafts, index, walk.order());
  const auto longest = std::ranges::max_element(chains, {}, &Chain::length);
  if (longest == chains.end() || longest->length <= budget) return;
  std::string row;
  int shown = 0;
  constexpr int kMostShown = 10;
  for (auto service = static_cast<std::size_t>(longest - chains.begin()); service != kNone;
       service = chains[service].next) {
    const core::ServiceSpec& spec = drafts[service].definition.spec;
    if (grace_of(spec) == Duration::zero()) continue;
    if (++shown > kMostShown) continue;
    row += fmt::format("{}{} {}", row.empty() ? "" : ", then ", spec.name,
                       format_duration(spec.stop_grace_period));
  }
  if (shown > kMostShown) row += fmt::format(", then {} more", shown - kMostShown);
  report.warning(place,
                 fmt::format("the stop may need {}, more than the {} that it has: {}",
                             format_duration(longest->length), format_duration(budget), row));
}

}  // namespace my_init::config
