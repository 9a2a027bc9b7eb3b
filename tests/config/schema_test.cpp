#include "my_init/config/schema.hpp"

#include <string>

#include "catch.hpp"
#include "my_init/base/limit_name.hpp"
#include "my_init/config/key_notes.hpp"
#include "my_init/config/value_shape.hpp"

using namespace my_init;
using namespace my_init::config;

// What the schema accepts and refuses is in tests/structure/schema.py, which has a validator.

TEST_CASE("the schema has every key with its description and default", "[config][schema]") {
  const std::string schema = json_schema();
  for (const KeyNote& note : key_notes())
    CHECK(schema.contains("\"" + std::string(note.name()) + "\": {\"description\": \""));
  CHECK(
      schema.contains(R"("stop_grace_period": {"description": "Then SIGKILL.", "default": "10s", )"
                      R"("$ref": "#/$defs/duration"})"));
  CHECK(schema.contains(R"("factor": {"description": "By which each delay is longer.", )"
                        R"("default": 2, "anyOf": [{"type": "number", "minimum": 1.0,)"));
  CHECK(schema.contains(R"("default": [0], )"));
}

TEST_CASE("the schema defines every shape and every limit", "[config][schema]") {
  const std::string schema = json_schema();
  for (const ValueShape& shape : value_shapes())
    CHECK(schema.contains("\n  \"" + std::string(shape.name) + "\": {"));
  for (const LimitName& limit : limit_names())
    CHECK(schema.contains("\"" + std::string(limit.name) + "\""));
}
