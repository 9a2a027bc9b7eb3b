#include "my_init/config/value_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

/// Wherever a text may stand, so may a variable, which only the container's start can look up. So
/// the schema accepts any text with a '$' in it.
constexpr std::array kShapes{
    ValueShape{"variable", "a text with variables", R"({"type": "string", "pattern": "[$]"})"},
    ValueShape{"text", "a text", R"({"type": ["string", "number", "boolean"]})"},
    ValueShape{"bool", "true or false",
               R"({"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/variable"}]})"},
    ValueShape{"digits", "a number in quotes",
               R"({"type": "string", "pattern": "^-?[0-9]*[.]?[0-9]+$|[$]"})"},
    ValueShape{"duration", "a duration such as 1m30s",
               R"({"anyOf": [{"const": 0}, {"type": "string", "pattern": )"
               R"("^(0|(([0-9]+[.]?[0-9]*|[.][0-9]+)(h|ms|m|s|us|ns))+)$|[$]"}]})"},
    ValueShape{"size", "a size such as 64k",
               R"({"anyOf": [{"type": "integer", "minimum": 0}, )"
               R"({"type": "string", "pattern": "^[0-9]+([bB]|[kKmMgG][bB]?)?$|[$]"}]})"},
    ValueShape{"path", "an absolute path", R"({"type": "string", "pattern": "^/|[$]"})"},
    ValueShape{"mode", "octal in quotes", R"({"type": "string", "pattern": "^[0-7]{1,4}$|[$]"})"},
    ValueShape{"user", "a user", R"({"type": ["string", "integer"]})"},
    ValueShape{"signal", "a signal such as SIGTERM", R"({"type": ["string", "integer"]})"},
    ValueShape{"texts", "a list of texts",
               R"({"type": "array", "items": {"$ref": "#/$defs/text"}})"},
    ValueShape{"command", "a list of words or a text",
               R"({"anyOf": [{"$ref": "#/$defs/text"}, )"
               R"({"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/text"}}]})"},
    ValueShape{"commands", "a list of commands",
               R"({"type": "array", "items": {"$ref": "#/$defs/command"}})"},
    ValueShape{"files", "a map of texts",
               R"({"type": "object", "additionalProperties": {"$ref": "#/$defs/text"}})"},
    ValueShape{
        "variables", "a map, or a list of NAME=VALUE",
        R"({"anyOf": [{"$ref": "#/$defs/texts"}, {"type": "object", "additionalProperties": )"
        R"({"anyOf": [{"type": "null"}, {"$ref": "#/$defs/text"}]}}]})"},
    ValueShape{"inherit", "true, false or a list of names",
               R"({"anyOf": [{"$ref": "#/$defs/bool"}, {"$ref": "#/$defs/texts"}]})"},
    ValueShape{"env_files", "a path, or a list of paths and of {path, required}",
               R"({"anyOf": [{"$ref": "#/$defs/env_file"}, )"
               R"({"type": "array", "items": {"$ref": "#/$defs/env_file"}}]})"},
    ValueShape{
        "env_file", "a path or {path, required}",
        R"({"anyOf": [{"$ref": "#/$defs/text"}, {"type": "object", "additionalProperties": false, )"
        R"("required": ["path"], "properties": {"path": {"$ref": "#/$defs/text"}, )"
        R"("required": {"$ref": "#/$defs/bool"}}}]})"},
    ValueShape{"bound", "a whole number or unlimited",
               R"({"anyOf": [{"type": "integer", "minimum": -1}, {"$ref": "#/$defs/digits"}, )"
               R"({"const": "unlimited"}]})"},
    ValueShape{
        "ulimits", "a map of limits: a number, or {soft, hard}",
        R"({"type": "object", "propertyNames": {"$ref": "#/$defs/limit_name"}, )"
        R"("additionalProperties": {"anyOf": [{"$ref": "#/$defs/bound"}, {"type": "object", )"
        R"("additionalProperties": false, "required": ["soft", "hard"], "properties": {)"
        R"("soft": {"$ref": "#/$defs/bound"}, "hard": {"$ref": "#/$defs/bound"}}}]}})"},
    ValueShape{
        "schedule", "five fields of cron, @hourly and the like, or {every: 90s}",
        R"({"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": false, )"
        R"("required": ["every"], "properties": {"every": {"$ref": "#/$defs/duration"}}}]})"},
    ValueShape{"condition", "a condition",
               R"({"anyOf": [{"enum": ["service_started", "service_healthy", )"
               R"("service_completed_successfully"]}, {"$ref": "#/$defs/variable"}]})"},
    ValueShape{
        "dependencies", "a list of services, or a map of {condition, required, restart}",
        R"({"anyOf": [{"$ref": "#/$defs/texts"}, {"type": "object", "additionalProperties": )"
        R"({"type": ["object", "null"], "additionalProperties": false, "properties": {)"
        R"("condition": {"$ref": "#/$defs/condition"}, "required": {"$ref": "#/$defs/bool"}, )"
        R"("restart": {"$ref": "#/$defs/bool"}}}}]})"},
    ValueShape{"probe", "a list, a text, {tcp: ...} or {http: ...}",
               R"({"anyOf": [{"$ref": "#/$defs/text"}, {"type": "array", "minItems": 1, )"
               R"("items": {"$ref": "#/$defs/text"}}, {"type": "object", "minProperties": 1, )"
               R"("maxProperties": 1, "additionalProperties": false, "properties": {)"
               R"("tcp": {"$ref": "#/$defs/text"}, "http": {"$ref": "#/$defs/text"}}}]})"},
    ValueShape{"restart", "a word",
               R"({"anyOf": [{"enum": ["no", "always", "on-failure", "unless-stopped"]}, )"
               R"({"type": "string", "pattern": "^on-failure:[0-9]+$|[$]"}]})"},
    ValueShape{"code", "an exit code",
               R"({"anyOf": [{"type": "integer", "minimum": 0, "maximum": 255}, )"
               R"({"$ref": "#/$defs/digits"}]})"},
    ValueShape{"codes", "a list of exit codes",
               R"({"type": "array", "items": {"$ref": "#/$defs/code"}})"},
    ValueShape{"limit_end", "fail, shutdown or {retry_after: 10m}",
               R"({"anyOf": [{"enum": ["fail", "shutdown"]}, {"$ref": "#/$defs/variable"}, )"
               R"({"type": "object", "additionalProperties": false, "required": ["retry_after"], )"
               R"("properties": {"retry_after": {"$ref": "#/$defs/duration"}}}]})"},
};

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end != std::string_view::npos) text.remove_prefix(end + separator.size());
  }
  return parts;
}

}  // namespace

std::span<const ValueShape> value_shapes() {
  return kShapes;
}

std::string words_for_shape(std::string_view shape) {
  if (shape == "map") return "a map";
  const auto known = std::ranges::find(kShapes, shape, &ValueShape::name);
  if (known != kShapes.end()) return std::string(known->words);
  if (shape.contains('|')) return choices(split(shape, "|"));
  const auto bounds = split(shape, "..");
  return fmt::format("{} to {}", bounds.front(), bounds.back());
}

std::string schema_for_shape(std::string_view shape) {
  if (std::ranges::find(kShapes, shape, &ValueShape::name) != kShapes.end()) {
    return fmt::format(R"({{"$ref": "#/$defs/{}"}})", shape);
  }
  if (shape.contains('|')) {
    return fmt::format(R"({{"anyOf": [{{"enum": ["{}"]}}, {{"$ref": "#/$defs/variable"}}]}})",
                       fmt::join(split(shape, "|"), R"(", ")"));
  }
  const auto bounds = split(shape, "..");
  const bool is_whole = !shape.substr(0, shape.find("..")).contains('.');
  return fmt::format(R"({{"anyOf": [{{"type": "{}", "minimum": {}, "maximum": {}}}, )"
                     R"({{"$ref": "#/$defs/digits"}}]}})",
                     is_whole ? "integer" : "number", bounds.front(), bounds.back());
}

}  // namespace my_init::config
