#include "definitions.hpp"

#include <algorithm>
#include <utility>

#include "my_init/core/graph.hpp"

namespace my_init::core {
namespace {

/// What a process of the service is made of, as far as the core knows that.
bool made_alike(const ServiceSpec& a, const ServiceSpec& b) {
  return a.type == b.type && a.ready.way == b.ready.way && a.watchdog == b.watchdog;
}

}  // namespace

std::vector<ServiceSpec> Definitions::coming() const {
  std::vector<ServiceSpec> specs;
  for (std::size_t place = 0; place < specs_.size(); ++place)
    if (stays(place)) specs.push_back(coming(place));
  return specs;
}

std::vector<ServiceSpec> Definitions::removed() const {
  std::vector<ServiceSpec> specs;
  for (std::size_t place = 0; place < specs_.size(); ++place)
    if (!stays(place)) specs.push_back(specs_[place]);
  return specs;
}

event::ConfigReplaced Definitions::replacement(const std::vector<ServiceSpec>& services,
                                               const std::vector<std::string>& restarted) const {
  event::ConfigReplaced event;
  std::set<std::size_t> free = free_;
  std::set<std::size_t> kept;
  std::size_t end = specs_.size();
  for (const ServiceSpec& service : services) {
    const auto found = std::ranges::find(specs_, service.name, &ServiceSpec::name);
    auto place = static_cast<std::size_t>(found - specs_.begin());
    const bool is_there = place < specs_.size() && !free_.contains(place);
    const bool is_asked = std::ranges::count(restarted, service.name) > 0;
    event::Effect effect = event::Effect::restart;
    if (!is_there) {
      place = free.empty() ? end++ : free.extract(free.begin()).value();
    } else if (stays(place)) {
      kept.insert(place);
      if (!is_asked && coming(place) == service) continue;
      if (!is_asked && made_alike(coming(place), service)) effect = event::Effect::live;
    }
    event.changes.push_back({static_cast<ServiceId>(place), service, effect});
  }
  for (std::size_t place = 0; place < specs_.size(); ++place)
    if (stays(place) && !kept.contains(place))
      event.removed.push_back(static_cast<ServiceId>(place));
  return event;
}

void Definitions::note(const event::ConfigReplaced& event) {
  for (const ServiceId id : event.removed) vanishing_.insert(index_of(id));
  for (const event::DefinitionChange& change : event.changes) {
    const std::size_t place = index_of(change.service);
    if (place >= specs_.size()) specs_.resize(place + 1);
    vanishing_.erase(place);
    free_.erase(place);
    specs_[place].name = change.spec.name;
    next_[place] = change.spec;
  }
}

void Definitions::note(const action::UseDefinition& action) {
  auto next = next_.extract(index_of(action.service));
  if (!next.empty()) specs_[index_of(action.service)] = std::move(next.mapped());
}

void Definitions::note(const action::ForgetService& action) {
  vanishing_.erase(index_of(action.service));
  free_.insert(index_of(action.service));
}

}  // namespace my_init::core
