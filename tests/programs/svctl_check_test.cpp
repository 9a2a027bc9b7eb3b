#include "catch.hpp"
#include "run.hpp"

namespace my_init::test {

TEST_CASE("svctl check says how many services are right", "[svctl][check]") {
  const Directory here;
  here.write("web.yaml", "command: [web]\n");
  here.write("more.yaml", "services:\n  a: {command: a}\n  b: {command: b}\n");
  const Ended ended = here.svctl({"check", "."});
  CHECK(ended.code == 0);
  CHECK(ended.output == "no errors, no warnings in 3 services\n");
  CHECK(ended.errors.empty());
}

TEST_CASE("svctl check tells all errors, then warnings", "[svctl][check]") {
  const Directory here;
  here.write("a.yaml", "command: a $NOT_SET\n");
  here.write("b.yaml", "comand: b\n");
  const Ended ended = here.svctl({"check", "."});
  CHECK(ended.code == 78);
  CHECK(ended.errors ==
        "b.yaml:1: error: service 'b' has no command\n"
        "  comand: b\n"
        "b.yaml:1:1: error: unknown key 'comand' (did you mean 'command'?)\n"
        "  comand: b\n"
        "  ^\n"
        "a.yaml:1:10: warning: variable 'NOT_SET' is not set: taken as empty\n"
        "  command: a $NOT_SET\n"
        "           ^\n");
  CHECK(ended.output == "2 errors, 1 warning in 2 services\n");
}

TEST_CASE("svctl check of a file judges it with its neighbours", "[svctl][check]") {
  const Directory here;
  here.write("db.yaml", "command: db\n");
  here.write("web.yaml", "command: web\ndepends_on: [db]\n");
  here.write("bad.yaml", "nice: 99\n");
  CHECK(here.svctl({"check", "web.yaml"}).code == 0);
  CHECK(here.svctl({"check", "./web.yaml", here.path("db.yaml")}).output ==
        "no errors, no warnings in 2 services\n");
  const Ended bad = here.svctl({"check", "web.yaml", "bad.yaml"});
  CHECK(bad.code == 78);
  CHECK(bad.errors.starts_with("bad.yaml:1: error: service 'bad' has no command\n"));
  CHECK(bad.output == "2 errors, no warnings in 2 services\n");
}

TEST_CASE("svctl check of directories and files tells of all that was named", "[svctl][check]") {
  const Directory here;
  here.write("bad.yaml", "nice: 99\n");
  here.write("web.yaml", "command: web\ndepends_on: [db]\n");
  here.write("sub/db.yaml", "command: db\n");
  here.write("sub/odd.yaml", "command: odd\nnice: 98\n");
  const Ended ended = here.svctl({"check", "web.yaml", "sub", here.path("sub/")});
  CHECK(ended.code == 78);
  CHECK(ended.errors ==
        "sub/odd.yaml:2:7: error: 'nice' must be a whole number from -20 to 19, not '98'\n"
        "  nice: 98\n"
        "        ^\n");
  CHECK(ended.output == "1 error, no warnings in 3 services\n");
}

TEST_CASE("svctl check names what it cannot read", "[svctl][check]") {
  const Directory here;
  here.write("web.txt", "command: web\n");
  const Ended missing = here.svctl({"check", "web.yaml"});
  CHECK(missing.code == 64);
  CHECK(missing.errors == "svctl: cannot check 'web.yaml': no such file or directory\n");
  const Ended odd = here.svctl({"check", "web.txt"});
  CHECK(odd.code == 64);
  CHECK(odd.errors == "svctl: cannot check 'web.txt': a definition's name ends in .yaml or .yml\n");
}

}  // namespace my_init::test
