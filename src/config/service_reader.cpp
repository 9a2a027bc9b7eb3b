#include "my_init/config/service_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/service_keys.hpp"

namespace my_init::config {
namespace {

/// Compose's: keys for the author's own use, mostly as a place for anchors.
bool is_extension(std::string_view key) {
  return key.starts_with("x-");
}

/// Keys of Compose that say how the container is made in which the service runs.
constexpr std::array<std::string_view, 20> kOfContainers{
    "build",      "container_name", "deploy",    "devices",      "expose",   "hostname", "image",
    "labels",     "links",          "mem_limit", "network_mode", "networks", "platform", "ports",
    "privileged", "read_only",      "shm_size",  "stdin_open",   "tmpfs",    "volumes"};

void report_unknown(const Node& key, Report& report) {
  if (report.is_full()) return;
  if (std::ranges::find(kOfContainers, key.text) != kOfContainers.end()) {
    report.error(key.place,
                 fmt::format("unknown key {}: Compose's, for the container as a whole (it belongs "
                             "into compose.yaml, or to docker run)",
                             quote(key.text)));
    return;
  }
  std::vector<std::string_view> names;
  for (const ServiceKey& known : service_keys()) names.push_back(known.name);
  names.emplace_back("services");  // of a file with several
  unknown_key(key, names, report);
}

void read_keys(const Node& keys, Reading& reading) {
  for (const Entry& entry : keys.entries) {
    const ServiceKey* const key = find_service_key(entry.key->text);
    if (key == nullptr) {
      if (!is_extension(entry.key->text)) report_unknown(*entry.key, reading.report());
    } else if (entry.value->kind == NodeKind::null) {
      // The parser gives "nothing" the place of whatever follows; the key is what the author must
      // see.
      reading.report().error(entry.key->place, fmt::format("'{}' has no value", key->name));
    } else {
      key->read(key->name, *entry.value, reading);
    }
  }
  finish_restart(reading);
  finish_identity(reading);
  finish_capabilities(reading);
  finish_environment(reading);
  finish_secrets(reading);
  finish_ready(reading);
  finish_reload(reading);
  finish_schedule(reading);
  finish_forking(reading);
}

}  // namespace

Draft read_service(std::string_view name, Place place, const Node& keys, LoadContext& context) {
  Draft draft;
  draft.place = place;
  draft.definition.spec.name = name;
  draft.definition.file = context.report.path(place.file);
  draft.definition.line = place.line;
  Reading reading{.context = context, .draft = draft};
  read_keys(keys, reading);
  if (find(keys, "command") == nullptr) {
    context.report.error(place, fmt::format("service {} has no command", quote(name)));
  }
  return draft;
}

void check_defaults(const Node& keys, LoadContext& context) {
  Draft draft;
  Reading reading{.context = context, .draft = draft};
  read_keys(keys, reading);
}

bool is_service_name(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  const auto is_alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= kLongest && is_alphanumeric(name[0]) &&
         std::ranges::all_of(
             name, [&](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

}  // namespace my_init::config
