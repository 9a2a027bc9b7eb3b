#include "my_init/config/pattern_check.hpp"

#include <string>

#include "catch.hpp"

using my_init::config::check_pattern;

TEST_CASE("a regular expression that costs too much is not compiled", "[config][ready]") {
  const auto complaint = [](const std::string& pattern) {
    const auto checked = check_pattern(pattern);
    return checked ? "" : checked.error().message;
  };
  CHECK(complaint("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{1,3}(\\.[0-9]{1,3}){3} ready") == "");
  CHECK(complaint("a{100}{100}") == "");
  CHECK(complaint("a{100}{1,101}") ==
        "cannot read regular expression 'a{100}{1,101}': its {m,n} together repeat more than 10000 "
        "times");
  CHECK(complaint("((((a{,255}){,255}){,255}){,255}){,255}") != "");
  CHECK(complaint("a{99999999999999999999}") != "");
  CHECK(complaint(std::string(1000, '.')) == "");
  CHECK(complaint(std::string(1001, '(')) == "cannot read regular expression '" +
                                                 std::string(100, '(') +
                                                 "...': it has more than 1000 bytes");
}
