#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/service_keys.hpp"
#include "my_init/config/suggestion.hpp"
#include "my_init/core/graph.hpp"

namespace my_init::config {
namespace {

void read_condition(const Node& value, core::Dependency& dependency, Report& report) {
  constexpr std::array<core::Condition, 3> kValues{
      core::Condition::started, core::Condition::completed, core::Condition::healthy};
  std::array<std::string_view, 3> names;
  std::ranges::transform(kValues, names.begin(), core::condition_name);
  if (const auto condition = read_choice("condition", value, names, report)) {
    dependency.condition = kValues[*condition];
  }
}

void read_field(const Entry& entry, core::Dependency& dependency, Report& report) {
  constexpr std::array<std::string_view, 3> kFields{"condition", "required", "restart"};
  const std::string_view name = entry.key->text;
  if (!is_one_of(kFields, name)) {
    unknown_key(*entry.key, kFields, report);
  } else if (entry.value->kind == NodeKind::null) {
    report.error(entry.key->place, fmt::format("'{}' has no value", name));
  } else if (name == "condition") {
    read_condition(*entry.value, dependency, report);
  } else if (name == "required") {
    dependency.required = read_bool(name, *entry.value, report).value_or(true);
  } else {
    dependency.restart = read_bool(name, *entry.value, report).value_or(false);
  }
}

void add(const Node& name, core::Dependency dependency, Reading& reading) {
  // What all services depend on, by the defaults, does not depend on itself.
  const bool is_self = dependency.service == reading.draft.definition.spec.name;
  if (is_self && name.place.file == kGlobalFile) return;
  reading.draft.definition.spec.depends_on.push_back(std::move(dependency));
  reading.draft.dependency_places.push_back(name.place);
}

void read_list(std::string_view key, const Node& list, Reading& reading) {
  std::unordered_set<std::string_view> seen;
  for (const Node* item : read_texts(key, list, reading.report())) {
    if (!seen.insert(item->text).second) {
      reading.report().error(item->place, fmt::format("repeated dependency {}", quote(item->text)));
    } else {
      add(*item, {.service = std::string(item->text)}, reading);
    }
  }
}

void read_map(const Node& map, Reading& reading) {
  for (const Entry& entry : map.entries) {
    core::Dependency dependency{.service = std::string(entry.key->text)};
    if (entry.value->kind == NodeKind::map) {
      for (const Entry& field : entry.value->entries)
        read_field(field, dependency, reading.report());
    } else if (entry.value->kind != NodeKind::null) {
      reading.report().error(entry.value->place,
                             fmt::format("dependency {} must be a map such as "
                                         "{{condition: service_started}}, not {}",
                                         quote(entry.key->text), kind_name(*entry.value)));
    }
    add(*entry.key, std::move(dependency), reading);
  }
}

}  // namespace

void read_depends_on(std::string_view key, const Node& value, Reading& reading) {
  if (value.kind == NodeKind::map) {
    read_map(value, reading);
  } else if (value.kind == NodeKind::list) {
    read_list(key, value, reading);
  } else {
    wrong_kind(key, "a list or a map of services", value, reading.report());
  }
  reading.draft.definition.spec.depends_on.shrink_to_fit();
}

}  // namespace my_init::config
