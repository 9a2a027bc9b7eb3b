#include <string>
#include <vector>

#include "catch.hpp"
#include "run.hpp"

namespace my_init::test {

TEST_CASE("a wrong command line is told what would be right", "[svctl]") {
  const Directory here;
  const auto complaint = [&here](const std::vector<std::string>& words) {
    const Ended ended = here.svctl(words);
    CHECK(ended.code == 64);
    CHECK(ended.output.empty());
    return ended.errors;
  };
  CHECK(complaint({}) == "svctl: a command is missing; svctl --help lists them\n");
  CHECK(complaint({"sttaus"}) ==
        "svctl: there is no command 'sttaus' (did you mean 'status'?); svctl --help lists them\n");
  CHECK(complaint({"--timeout", "1s", "frobnicate", "web"}) ==
        "svctl: there is no command 'frobnicate'; svctl --help lists them\n");
  CHECK(complaint({"status", "--jsn"}) ==
        "svctl: there is no option '--jsn' (did you mean '--json'?); svctl status --help tells "
        "more\n");
  CHECK(complaint({"env", "web", "worker"}) ==
        "svctl: 'worker' is one word too many; svctl env --help tells more\n");
  CHECK(complaint({"start"}) == "svctl: NAME is required; svctl start --help tells more\n");
}

TEST_CASE("where no my_init is, svctl says how to name its socket", "[svctl]") {
  const Directory here;
  const Ended ended = here.svctl({"--socket", here.path("socket"), "status"});
  CHECK(ended.code == 4);
  CHECK(ended.errors == "svctl: cannot connect to " + here.path("socket") +
                            ": no such file or directory; is my_init running here? "
                            "--socket or MY_INIT_CONTROL names another socket\n");
}

}  // namespace my_init::test
