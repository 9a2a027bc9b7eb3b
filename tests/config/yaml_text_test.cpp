#include "my_init/config/yaml_text.hpp"

#include "catch.hpp"

using namespace my_init::config;

TEST_CASE("a text without danger stays as it is, any other gets quotes", "[config][yaml_text]") {
  for (const char* text : {"nginx", "/usr/bin/x", "-g", "-1", "8080", "a=b", "50%", "_x", "x@1"})
    CHECK(yaml_scalar(text) == text);
  CHECK(yaml_scalar("") == "\"\"");
  CHECK(yaml_scalar("-") == "\"-\"");
  CHECK(yaml_scalar("--") == "\"--\"");
  CHECK(yaml_scalar("null") == "\"null\"");
  CHECK(yaml_scalar("~") == "\"~\"");
  CHECK(yaml_scalar("a: b") == "\"a: b\"");
  CHECK(yaml_scalar("a, b") == "\"a, b\"");
  CHECK(yaml_scalar("say \"a\\b\"\n\t\x1b") == "\"say \\\"a\\\\b\\\"\\n\\t\\x1b\"");
  CHECK(yaml_scalar("caf\xc3\xa9") == "\"caf\xc3\xa9\"");
}

TEST_CASE("what was written in quotes keeps them, and a dollar sign is doubled",
          "[config][yaml_text]") {
  Node node{.kind = NodeKind::scalar, .text = "0022"};
  CHECK(yaml_flow(node) == "0022");
  node.quoted = true;
  CHECK(yaml_flow(node) == "\"0022\"");
  node.interpolated = true;
  CHECK(yaml_flow(node) == "\"0022\"");
  node.text = "true";
  CHECK(yaml_flow(node) == "true");
  node = {.kind = NodeKind::scalar, .text = "echo $HOME"};
  CHECK(yaml_flow(node) == "\"echo $$HOME\"");
}
