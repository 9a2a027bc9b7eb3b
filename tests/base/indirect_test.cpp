#include "my_init/base/indirect.hpp"

#include <string>
#include <utility>

#include "catch.hpp"

namespace my_init {

TEST_CASE("an indirect value is its default until it is edited", "[base][indirect]") {
  Indirect<std::string> text;
  CHECK(text->empty());
  CHECK(text == Indirect<std::string>());
  text.edit() = "changed";
  CHECK(*text == "changed");
  CHECK_FALSE(text == Indirect<std::string>());
}

TEST_CASE("an indirect value is copied, and one that was moved from is the default",
          "[base][indirect]") {
  Indirect<std::string> text;
  text.edit() = "one";
  Indirect<std::string> copy = text;
  text.edit() = "two";
  CHECK(*copy == "one");
  copy = text;
  CHECK(copy == text);
  const Indirect<std::string> taken = std::move(text);
  CHECK(*taken == "two");
}

}  // namespace my_init
