#include "my_init/config/word_split.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using my_init::config::split_words;

namespace {

std::vector<std::string> words_of(std::string_view text) {
  return split_words(text).value().words;
}

std::string_view shell_character_of(std::string_view text) {
  return split_words(text).value().shell_character;
}

}  // namespace

TEST_CASE("a command is split at blanks outside of quotes", "[config][words]") {
  using Words = std::vector<std::string>;
  CHECK(words_of("nginx -g \"daemon off;\"") == Words{"nginx", "-g", "daemon off;"});
  CHECK(words_of("  a\tb\n c ") == Words{"a", "b", "c"});
  CHECK(words_of("a''b 'c d'e \"\"") == Words{"ab", "c de", ""});
  CHECK(words_of(R"(a\ b "c\"d\e\\" 'f\g')") == Words{"a b", "c\"d\\e\\", "f\\g"});
  CHECK(words_of("a\\\nb") == Words{"ab"});
  CHECK(words_of("") == Words{});
  CHECK(words_of("a=b #c") == Words{"a=b", "#c"});
}

TEST_CASE("a command that does not end is an error", "[config][words]") {
  CHECK(split_words("a 'b").error().message == "cannot split the command: a ' is missing");
  CHECK(split_words("a \"b").error().message == "cannot split the command: a \" is missing");
  CHECK(split_words("a \\").error().message ==
        "cannot split the command: nothing follows the last \\");
}

TEST_CASE("the shell's own characters are noticed outside of quotes", "[config][words]") {
  for (const std::string_view command :
       {"a | b", "a & b", "a;b", "a <b", "a >b", "a *.c", "a b?", "a `b`"}) {
    CAPTURE(command);
    CHECK(shell_character_of(command).size() == 1);
  }
  CHECK(shell_character_of("a $(b)") == "$(");
  CHECK(shell_character_of("a ~/b") == "~");
  CHECK(shell_character_of("a b~ '|' \"&;*\" \\> $b") == "");
}
