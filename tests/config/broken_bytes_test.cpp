#include "catch.hpp"
#include "fixture.hpp"

using namespace std::string_view_literals;

namespace {

constexpr auto kTable = std::to_array<BrokenFiles>({
    {"a tab as indentation",
     {{{"web.yaml", "command: [web]\nenvironment:\n\tPORT: \"80\"\n"}}},
     "web.yaml:3:1: error: a tab in the indentation: YAML needs spaces\n"
     "  \tPORT: \"80\"\n"
     "  ^\n"},
    {"a tab after spaces",
     {{{"web.yaml", "command: [web]\nenvironment:\n  A: b\n  \tB: c\n"}}},
     "web.yaml:4:3: error: a tab in the indentation: YAML needs spaces\n"
     "    \tB: c\n"
     "    ^\n"},
    {"a tab before a value on a line of its own",
     {{{"web.yaml", "command: [web]\ndescription:\n\tWeb\n"}}},
     "web.yaml:3:1: error: a tab in the indentation: YAML needs spaces\n"
     "  \tWeb\n"
     "  ^\n"},
    {"a tab before an error",
     {{{"web.yaml", "command: [web]\nuser:\tnobody2\n"}}},
     "web.yaml:2:7: error: unknown user 'nobody2'\n"
     "  user:\tnobody2\n"
     "       \t^\n"},
    {"a NUL byte",
     {{{"web.yaml", "command: [web]\nuser: ro\0ot\n"sv}}},
     "web.yaml:2:9: error: a NUL byte in the file\n"
     "  user: ro?ot\n"
     "          ^\n"},
    {"a NUL byte by an escape",
     {{{"web.yaml", "command: [\"we\\0b\"]\n"}}},
     "web.yaml:1:11: error: a text must not contain a NUL byte\n"
     "  command: [\"we\\0b\"]\n"
     "            ^\n"},
    {"an escape character",
     {{{"web.yaml", "command: [web]\ndescription: \x1b[1mweb\n"}}},
     "web.yaml:2:14: error: a control character 0x1b in the file\n"
     "  description: ?[1mweb\n"
     "               ^\n"},
    {"the end of the file in the middle of it, for the YAML parser",
     {{{"web.yaml", "command: [web]\n\x04user: nobody2\n"}}},
     "web.yaml:2:1: error: a control character 0x04 in the file\n"
     "  ?user: nobody2\n"
     "  ^\n"},
    {"Latin-1",
     {{{"web.yaml", "command: [web]\ndescription: caf\xe9\n"}}},
     "web.yaml:2:17: error: not valid UTF-8\n"
     "  description: caf?\n"
     "                  ^\n"},
    {"UTF-16",
     {{{"web.yaml",
        "\xff\xfe"
        "c\0o\0\n\0"sv}}},
     "web.yaml:1:1: error: not valid UTF-8\n"
     "  ??c?o?\n"
     "  ^\n"},
    {"characters of several bytes before the caret",
     {{{"web.yaml", "command: [web]\nenvironment: {\xc3\xa4\xe2\x82\xac: [x]}\n"}}},
     "web.yaml:2:22: error: the value of variable '\xc3\xa4\xe2\x82\xac' must be a text, not a "
     "list\n"
     "  environment: {\xc3\xa4\xe2\x82\xac: [x]}\n"
     "                    ^\n"},
    {"an escape character in a message",
     {{{"web.yaml", "command: [web]\n\"\\e[1m\": x\n"}}},
     "web.yaml:2:1: error: unknown key '\\x1b[1m'\n"
     "  \"\\e[1m\": x\n"
     "  ^\n"},
    {"a line break in a value of another form",
     {{{"web.yaml", "command: [web]\nstop_grace_period: 6s\n\n  b\te\n"}}},
     "web.yaml:2:20: error: 'stop_grace_period': cannot read duration '6s\\nb\\te': expected "
     "numbers with units, such as '10s', '500ms' or '1m30s'\n"
     "  stop_grace_period: 6s\n"
     "                     ^\n"},
});

}  // namespace

TEST_CASE("bytes that are not what they look like are refused with their place",
          "[config][broken]") {
  check_broken(kTable);
}

TEST_CASE("a file of more than 1 MiB is refused", "[config][broken]") {
  const DefinitionTree tree;
  tree.write("web.yaml", "command: [web]\n#" + std::string(1024 * 1024, 'x'));
  CHECK(tree.diagnostics() ==
        "web.yaml: error: cannot read the file: it is larger than 1024 KiB\n");
}

TEST_CASE("a file of 1 MiB is read", "[config][broken]") {
  const DefinitionTree tree;
  const std::string head = "command: [web]\n#";
  tree.write("web.yaml", head + std::string(1024 * 1024 - head.size(), 'x'));
  CHECK(tree.diagnostics() == "");
}
