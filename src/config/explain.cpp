#include "my_init/config/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "my_init/config/definition_files.hpp"
#include "my_init/config/global_file.hpp"
#include "my_init/config/key_notes.hpp"
#include "my_init/config/load_context.hpp"
#include "my_init/config/merge.hpp"
#include "my_init/config/probe_reader.hpp"
#include "my_init/config/service_reader.hpp"
#include "my_init/config/suggestion.hpp"
#include "my_init/config/yaml_text.hpp"
#include "my_init/core/graph.hpp"

namespace my_init::config {
namespace {

using core::ServiceType;

/// The keys of a service after merge and interpolation, and what the parser made of them.
struct Effective {
  const Node& keys;
  const Draft& draft;
  const Report& report;

  [[nodiscard]] const core::ServiceSpec& spec() const { return draft.definition.spec; }
  [[nodiscard]] const Execution& execution() const { return draft.definition.execution; }
};

bool has_ready_way(const Node* ready) {
  return ready != nullptr && std::ranges::any_of(kReadyWays, [ready](std::string_view way) {
           return find(*ready, way) != nullptr;
         });
}

bool is_ready_in_effect(const Effective& service) {
  const core::ServiceSpec& spec = service.spec();
  return has_ready_way(find(service.keys, "ready")) || spec.type == ServiceType::forking ||
         spec.hooks.pre_start > 0 || spec.hooks.post_start > 0;
}

bool is_restart_in_effect(const Effective& service) {
  const Node* const written = find(service.keys, "restart");
  if (written == nullptr || service.spec().type != ServiceType::oneshot) return true;
  return written->text != "always" && written->text != "unless-stopped";
}

bool is_logging_in_effect(std::string_view field, OutputDriver driver) {
  constexpr std::array<std::string_view, 4> kOfFile{"path", "max_size", "max_file", "compress"};
  if (field == "driver") return true;
  if (is_one_of(kOfFile, field)) return driver == OutputDriver::file;
  return driver != OutputDriver::inherit;
}

/// False for what the defaults, or a file that is overridden, say to services of another kind, and
/// for fallbacks that would not be used.
bool is_in_effect(std::string_view path, const Effective& service) {
  const core::ServiceSpec& spec = service.spec();
  constexpr std::string_view kLogging = "logging.";
  if (path == "pid_file") return spec.type == ServiceType::forking;
  if (path == "restart") return is_restart_in_effect(service);
  if (path == "watchdog") return spec.ready.way == core::ReadyWay::notify;
  if (path == "ready") return is_ready_in_effect(service);
  if (path == "reload_signal") return !spec.has_reload_command;
  if (path == "schedule" || path == "schedule_overlap") return spec.scheduled;
  if (path == "timezone")
    return spec.scheduled && !service.execution().details->schedule->expression.empty();
  if (path.starts_with(kLogging)) {
    return is_logging_in_effect(path.substr(kLogging.size()), service.execution().output_driver);
  }
  const Node* const check = find(service.keys, "healthcheck");
  if (path == "healthcheck") {
    return spec.healthcheck || (check != nullptr && (find(*check, "disable") != nullptr ||
                                                     find(*check, "test") != nullptr));
  }
  return true;
}

/// KeyNote::fallback, but for two that depend on other keys.
std::string fallback_of(const KeyNote& note, const Effective& service) {
  const core::ServiceSpec& spec = service.spec();
  if (note.path == "restart" && spec.type == ServiceType::oneshot) return "\"no\"";
  if (note.path == "restart_backoff.max") return format_duration(spec.restart_backoff.max);
  return std::string(note.fallback);
}

class Explainer {
 public:
  explicit Explainer(Effective service) : service_(service) {}

  Explained run() {
    explained_.place = service_.report.position(service_.draft.place);
    for (const KeyNote& note : key_notes())
      if (!note.is_field()) key(note);
    return std::move(explained_);
  }

 private:
  void add(std::string text, std::string source) {
    explained_.lines.push_back({std::move(text), std::move(source)});
  }

  void key(const KeyNote& note) {
    const Node* const written = find(service_.keys, note.path);
    if (!is_in_effect(note.path, service_)) {
      if (written != nullptr) without_effect(note, *written, "");
      if (written == nullptr || note.path == "restart") fall_back(note, "");
    } else if (note.path == "depends_on" && written != nullptr) {
      dependencies();
    } else if (note.shape == "map") {
      fields(note, written);
    } else if (written == nullptr) {
      fall_back(note, "");
    } else if (written->kind == NodeKind::map && !written->entries.empty()) {
      entries(note, *written);
    } else {
      add(fmt::format("{}: {}", note.path, yaml_flow(*written)), source_of(*written));
    }
  }

  void fall_back(const KeyNote& note, std::string_view indent) {
    const std::string value = fallback_of(note, service_);
    if (!value.empty() && (note.path == "restart" || is_in_effect(note.path, service_))) {
      add(fmt::format("{}{}: {}", indent, note.name(), value), "default");
    } else if (!note.is_field()) {
      explained_.not_set.push_back(note.path);
    }
  }

  void without_effect(const KeyNote& note, const Node& value, std::string_view indent) {
    add(fmt::format("{}# {}: {}", indent, note.name(), yaml_flow(value)),
        source_of(value) + ", without effect here");
  }

  /// A key whose value is a map of known keys.
  void fields(const KeyNote& note, const Node* written) {
    const bool has_fallbacks = note.path != "healthcheck" || service_.spec().healthcheck;
    if (written == nullptr && !has_fallbacks) {
      explained_.not_set.push_back(note.path);
      return;
    }
    add(fmt::format("{}:", note.path), "");
    for (const KeyNote& field : field_notes(note.path)) {
      const Node* const value = written == nullptr ? nullptr : find(*written, field.name());
      if (value == nullptr && has_fallbacks) {
        fall_back(field, "  ");
      } else if (value != nullptr && !is_in_effect(field.path, service_)) {
        without_effect(field, *value, "  ");
      } else if (value != nullptr) {
        add(fmt::format("  {}: {}", field.name(), yaml_flow(*value)), source_of(*value));
      }
    }
  }

  /// A key whose value is a map of the author's names.
  void entries(const KeyNote& note, const Node& map) {
    add(fmt::format("{}:", note.path), "");
    const auto& secrets = service_.execution().details->secrets;
    for (const Entry& entry : map.entries) {
      const std::string_view name = entry.key->text;
      const Node& place = entry.value->kind == NodeKind::null ? *entry.key : *entry.value;
      const bool is_replaced = note.path == "environment" &&
                               std::ranges::find(secrets, name, &Secret::name) != secrets.end();
      add(fmt::format("  {}{}: {}", is_replaced ? "# " : "", yaml_scalar(name),
                      yaml_flow(*entry.value)),
          source_of(place) + (is_replaced ? ", without effect here" : ""));
    }
  }

  /// From the definition, so that both forms of it look the same.
  void dependencies() {
    const auto& all = service_.spec().depends_on;
    if (all.empty()) return explained_.not_set.push_back("depends_on");
    add("depends_on:", "");
    for (std::size_t i = 0; i < all.size(); ++i) {
      add(fmt::format("  {}: {{condition: {}, required: {}, restart: {}}}",
                      yaml_scalar(all[i].service), core::condition_name(all[i].condition),
                      all[i].required, all[i].restart),
          position_of(service_.draft.dependency_places[i]));
    }
  }

  [[nodiscard]] std::string position_of(Place place) const {
    return service_.report.position(place) + (place.file == kGlobalFile ? " (defaults)" : "");
  }

  /// Of a list also the other files that have added to it.
  [[nodiscard]] std::string source_of(const Node& value) const {
    std::vector<Place> places;
    const auto note = [&](const Node& node) {
      if (std::ranges::find(places, node.place.file, &Place::file) == places.end())
        places.push_back(node.place);
    };
    if (value.kind != NodeKind::list) note(value);
    for (const Entry& item : value.kind == NodeKind::list ? value.entries : std::span<Entry>())
      note(*item.value);
    if (places.empty()) note(value);
    std::string text;
    for (const Place place : places) text += (text.empty() ? "" : ", ") + position_of(place);
    return text;
  }

  Effective service_;
  Explained explained_;
};

}  // namespace

std::optional<Explained> explain(const Surroundings& surroundings, std::string_view name) {
  LoadContext context(surroundings);
  const GlobalFile global = read_global_file(surroundings.global_file, GlobalPart::all, context);
  const std::vector<Definition> definitions = read_definition_files(context);
  const auto found = std::ranges::find(definitions, name, &Definition::name);
  if (found == definitions.end()) return {};
  Node* keys = found->keys;
  if (global.defaults != nullptr) keys = &merge_service(*global.defaults, *keys, context.arena);
  const Draft draft = read_service(name, found->place, *keys, context);
  return Explainer({*keys, draft, context.report}).run();
}

}  // namespace my_init::config
