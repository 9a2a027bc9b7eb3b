#include <fmt/format.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"

namespace my_init::config {
namespace {

using Places = std::unordered_map<std::string_view, Place>;

/// Where `environment`, a list or a map, gives which variable.
Places places_of(const Node& environment) {
  Places places;
  for (const Entry& entry : environment.entries) {
    const bool is_map = environment.kind == NodeKind::map;
    const Node& name = is_map ? *entry.key : *entry.value;
    const std::size_t end = is_map ? name.text.size() : name.text.find('=');
    places.emplace(name.text.substr(0, end), name.place);
  }
  return places;
}

/// A secret wins over a variable, so one of the two would be in vain. What the defaults give to all
/// services may be replaced.
void check_environment(const Node& secret, const Places& environment, Report& report) {
  const auto variable = environment.find(secret.text);
  if (variable == environment.end()) return;
  const Place place = variable->second;
  if (place.file == kGlobalFile && secret.place.file != kGlobalFile) return;
  report.error(secret.place, fmt::format("secret {} is in 'environment' too: {}",
                                         quote(secret.text), report.position(place)));
}

}  // namespace

void finish_secrets(Reading& reading) {
  constexpr std::string_view kKey = "secrets";
  if (reading.secrets == nullptr) return;
  Report& report = reading.report();
  const Node& value = *reading.secrets;
  if (value.kind != NodeKind::map) {
    wrong_kind(kKey, "a map of variables and files", value, report);
    return;
  }
  const Places environment =
      reading.environment == nullptr ? Places{} : places_of(*reading.environment);
  std::vector<Secret>& secrets = reading.draft.definition.execution.details.edit().secrets;
  secrets.reserve(value.entries.size());
  for (const Entry& entry : value.entries) {
    const std::string_view name = entry.key->text;
    if (!expect_variable_name(*entry.key, report)) continue;
    check_environment(*entry.key, environment, report);
    if (entry.value->kind == NodeKind::null) {
      report.error(entry.key->place, fmt::format("secret {} has no file", quote(name)));
    } else if (const auto path = read_absolute_path(escape(name), *entry.value, report)) {
      secrets.push_back({.name = std::string(name), .path = std::string(*path)});
    }
  }
}

}  // namespace my_init::config
