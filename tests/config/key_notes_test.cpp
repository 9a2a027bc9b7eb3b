#include "my_init/config/key_notes.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "catch.hpp"
#include "fixture.hpp"
#include "my_init/config/service_keys.hpp"
#include "my_init/config/value_shape.hpp"

using namespace my_init;
using namespace my_init::config;

namespace {

/// A definition in which the key may stand, without it.
std::string definition_for(const KeyNote& note) {
  const std::string text = "command: x\n";
  if (note.path == "watchdog") return text + "ready: {notify: true}\n";
  if (note.path == "schedule_overlap" || note.path == "timezone")
    return text + "type: oneshot\nschedule: '@hourly'\n";
  return text;
}

/// The map in which the field may stand, without it.
std::string map_for(const KeyNote& note) {
  if (note.path.starts_with("ready.")) return "ready: {notify: true, ";
  if (note.path.starts_with("healthcheck.")) return "healthcheck: {test: x, ";
  if (note.path.starts_with("logging.")) return "logging: {driver: file, path: /x, ";
  return std::string(note.path.substr(0, note.path.find('.'))) + ": {";
}

ServiceDefinition loaded(const std::string& text) {
  CAPTURE(text);
  ServiceDefinition service = loaded_service(text);
  service.file.clear();
  if (service.execution.working_dir == "/") service.execution.working_dir.clear();  // the same
  return service;
}

}  // namespace

TEST_CASE("every key that the parser knows has a note, and no other", "[config][notes]") {
  std::set<std::string> read;
  for (const ServiceKey& key : service_keys()) {
    read.emplace(key.name);
    if (key.fields == nullptr) continue;
    for (const NamedField& field : key.fields())
      read.insert(std::string(key.name) + "." + std::string(field.name));
  }
  std::set<std::string> noted;
  for (const KeyNote& note : key_notes()) CHECK(noted.emplace(note.path).second);
  CHECK(noted == read);
}

TEST_CASE("a key's fallback is what the parser takes where it is not given", "[config][notes]") {
  for (const KeyNote& note : key_notes()) {
    if (note.fallback.empty() || note.path == "logging.driver") continue;
    const std::string without = definition_for(note);
    const std::string line = std::string(note.name()) + ": " + std::string(note.fallback);
    if (note.is_field()) {
      CHECK(loaded(without + map_for(note) + line + "}\n") ==
            loaded(without + map_for(note) + "}\n"));
    } else {
      CHECK(loaded(without + line + "\n") == loaded(without));
    }
  }
  CHECK(loaded("command: x\nlogging: {driver: container}\n") == loaded("command: x\n"));
}

TEST_CASE("the fields of a key stand behind it", "[config][notes]") {
  CHECK(field_notes("restart_limit").size() == 3);
  CHECK(field_notes("restart_limit").front().path == "restart_limit.count");
  CHECK(field_notes("restart").empty());
  CHECK(field_notes("logging").back().name() == "rate_limit");
  for (const KeyNote& note : key_notes()) {
    CAPTURE(note.path);
    CHECK((note.shape == "map") == !field_notes(note.path).empty());
    CHECK((note.what.ends_with('.') && note.what.size() > 5));
  }
}

TEST_CASE("a shape is told in words and as a schema", "[config][notes]") {
  CHECK(words_for_shape("duration") == "a duration such as 1m30s");
  CHECK(words_for_shape("map") == "a map");
  CHECK(words_for_shape("mixed|group|process") == "mixed, group or process");
  CHECK(words_for_shape("-20..19") == "-20 to 19");
  CHECK(schema_for_shape("duration") == R"({"$ref": "#/$defs/duration"})");
  CHECK(schema_for_shape("a|b") ==
        R"({"anyOf": [{"enum": ["a", "b"]}, {"$ref": "#/$defs/variable"}]})");
  CHECK(schema_for_shape("-20..19") == R"({"anyOf": [{"type": "integer", "minimum": -20, )"
                                       R"("maximum": 19}, {"$ref": "#/$defs/digits"}]})");
  CHECK(schema_for_shape("0.0..1.0").starts_with(R"({"anyOf": [{"type": "number")"));
  for (const KeyNote& note : key_notes()) {
    CAPTURE(note.path, note.shape);
    const bool is_named =
        std::ranges::find(value_shapes(), note.shape, &ValueShape::name) != value_shapes().end();
    CHECK(
        (is_named || note.shape == "map" || note.shape.contains('|') || note.shape.contains("..")));
  }
}
