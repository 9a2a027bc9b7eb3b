#include "my_init/config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>

#include "my_init/base/json.hpp"
#include "my_init/base/limit_name.hpp"
#include "my_init/config/key_notes.hpp"
#include "my_init/config/value_shape.hpp"

namespace my_init::config {
namespace {

/// A number, a boolean or a list of them is the same in YAML and JSON.
bool is_json(std::string_view yaml) {
  const bool is_number =
      std::ranges::all_of(yaml, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return is_number || yaml == "true" || yaml == "false" || yaml.starts_with('[');
}

/// `"description": "...", "default": 5, `
std::string annotations(const KeyNote& note) {
  std::string text = fmt::format(R"("description": {}, )", json_string(note.what));
  if (note.fallback.empty()) return text;
  return text + fmt::format(R"("default": {}, )", is_json(note.fallback)
                                                      ? std::string(note.fallback)
                                                      : json_string(note.fallback));
}

std::string property(const KeyNote& note, std::string_view indent);

/// `"type": "object", ..., "properties": {...}` for the keys of one map.
std::string object_of(std::span<const KeyNote> notes, std::string_view indent) {
  std::string text = R"("type": "object", "additionalProperties": false, "properties": {)";
  const char* separator = "";
  for (const KeyNote& note : notes) {
    if (note.is_field() != notes.front().is_field()) continue;  // belongs to the map before it
    text += fmt::format("{}\n{}  {}", separator, indent, property(note, indent));
    separator = ",";
  }
  return text + fmt::format("\n{}}}", indent);
}

std::string property(const KeyNote& note, std::string_view indent) {
  const std::string before = fmt::format("{}: {{{}", json_string(note.name()), annotations(note));
  if (note.shape != "map") return before + schema_for_shape(note.shape).substr(1);
  return before + object_of(field_notes(note.path), fmt::format("{}  ", indent)) + "}";
}

std::string limit_names_as_words() {
  std::string words;
  for (const LimitName& limit : limit_names())
    words += fmt::format("{}\"{}\"", words.empty() ? "" : ", ", limit.name);
  return words;
}

constexpr std::string_view kBeginning = R"({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"title": "Service definitions of my_init",
"description": "A file of /etc/services.d: the keys of one service, or a map of services.",
"type": "object",
"if": {"required": ["services"]},
"then": {
  "properties": {
    "services": {
      "description": "Several services by name.",
      "type": "object",
      "propertyNames": {"pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"},
      "additionalProperties": {"$ref": "#/$defs/service"}
    }
  },
  "patternProperties": {"^x-": true},
  "additionalProperties": false
},
"else": {"$ref": "#/$defs/service"},
"$defs": {
)";

}  // namespace

std::string json_schema() {
  std::string text(kBeginning);
  for (const ValueShape& shape : value_shapes())
    text += fmt::format("  \"{}\": {},\n", shape.name, shape.schema);
  text += fmt::format("  \"limit_name\": {{\"enum\": [{}]}},\n", limit_names_as_words());
  return text + R"(  "service": {"patternProperties": {"^x-": true}, )" +
         object_of(key_notes(), "  ") + "}\n}\n}\n";
}

}  // namespace my_init::config
