#include "catch.hpp"
#include "run.hpp"

namespace my_init::test {

TEST_CASE("svctl serve refuses what is no address", "[svctl][serve]") {
  const Directory here;
  for (const auto* address :
       {"9001", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "web:80", "::1", "127.0.0.1:80x"}) {
    CAPTURE(address);
    const Ended ended = here.svctl({"serve", "--listen", address});
    CHECK(ended.code == 64);
    CHECK(ended.errors == "svctl: --listen: '" + std::string(address) +
                              "' is no address such as 127.0.0.1:9001, [::1]:9001 or *:9001\n");
  }
}

TEST_CASE("svctl serve refuses a token that is missing, or short enough to be guessed",
          "[svctl][serve]") {
  const Directory here;
  const Ended missing = here.svctl({"serve", "--token-file", "nowhere"});
  CHECK(missing.code == 64);
  CHECK(missing.errors.contains("nowhere"));
  here.write("token", "fifteen letters\n");
  const Ended weak = here.svctl({"serve", "--token-file", "token"});
  CHECK(weak.code == 64);
  CHECK(weak.errors == "svctl: the token of token has fewer than 16 characters\n");
}

TEST_CASE("svctl metrics says when there is no my_init", "[svctl][metrics]") {
  const Directory here;
  const Ended ended = here.svctl({"metrics"});
  CHECK(ended.code == 4);
  CHECK(ended.output.empty());
}

}  // namespace my_init::test
