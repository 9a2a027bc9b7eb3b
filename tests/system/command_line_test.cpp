#include <csignal>

#include "container.hpp"

namespace my_init::test {
namespace {

/// Three mistakes in two files.
void add_mistakes(Container& box) {
  box.actor("good", "say:started serve")
      .service("web", "command: [/bin/true]\nrestrat: always\nstop_signal: SIGFOO\n")
      .service("db", "command: [/bin/true]\ndepends_on: [nothing]\n")
      .script("/etc/my_init.d/10_first", box.actor_line("script", "say:started"));
}

}  // namespace

TEST_CASE("L14 with wrong definitions all errors are shown and no service starts",
          "[system][L14]") {
  if (skipped()) return;
  Container box;
  add_mistakes(box);
  box.actor_main("say:started exit:0").start();
  CHECK(box.wait_exit().code == 78);
  const auto& said = box.errors();
  CHECK(has(said, "*** /etc/services.d/web.yaml:2:1: error: unknown key 'restrat' (did you mean"));
  CHECK(has(said, "*** /etc/services.d/web.yaml:3:14: error: unknown signal 'SIGFOO'"));
  CHECK(has(said, "*** /etc/services.d/db.yaml:2:14: error: unknown service 'nothing'"));
  CHECK(box.count("good started") == 0);
  CHECK(box.count("main started") == 0);
}

TEST_CASE("L14 --check reads the definitions, says what is wrong, and does nothing else",
          "[system][L14]") {
  if (skipped()) return;
  {
    Container box;
    add_mistakes(box);
    box.option("--check").start();
    CHECK(box.wait_exit().code == 78);
    CHECK(has(box.errors(), "web.yaml:2:1"));
    CHECK(has(box.errors(), "db.yaml:2:"));
    CHECK(box.count("script started") == 0);
  }
  Container box;
  box.actor("good", "say:started serve")
      .script("/etc/my_init.d/10_first", box.actor_line("script", "say:started"))
      .option("--check")
      .start();
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("good started") + box.count("script started") == 0);
}

TEST_CASE("L14 --check warns of a directory that is named and not there", "[system][L14]") {
  if (skipped()) return;
  Container box;
  box.option("--check").option("--services-dir=/nowhere").start();
  CHECK(box.wait_exit().code == 0);
  CHECK(box.errors() == "/nowhere: warning: no such directory: no service is read from it\n");
}

TEST_CASE("L15 a bad option gives the usage on stderr and exit code 64", "[system][L15]") {
  if (skipped()) return;
  for (const auto* word :
       {"--no-such-option", "-Z", "--log-level=loud", "--shutdown-timeout=soon"}) {
    CAPTURE(word);
    Container box;
    box.actor("web", "say:started serve").option(word).start();
    CHECK(box.wait_exit().code == 64);
    CHECK(has(box.errors(), "usage: my_init [OPTIONS] [--] ["));
    CHECK(box.output().empty());
    CHECK(box.count("web started") == 0);
  }
}

TEST_CASE("L15 --help and --version answer on stdout", "[system][L15]") {
  if (skipped()) return;
  for (const auto* word : {"--help", "--version"}) {
    CAPTURE(word);
    Container box;
    box.actor("web", "say:started serve").option(word).start();
    CHECK(box.wait_exit().code == 0);
    CHECK(has(box.output(), "my_init"));
    CHECK(box.errors().empty());
    CHECK(box.count("web started") == 0);
  }
}

TEST_CASE("L14 --services-dir names other directories, one or several", "[system][L14]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:started serve")
      .file("/etc/one/a.yaml", "command: [/bin/sh, -c, \"echo from one\"]\ntype: oneshot\n")
      .file("/etc/two/b.yaml", "command: [/bin/sh, -c, \"echo from two\"]\ntype: oneshot\n")
      .option("--services-dir=/etc/one")
      .option("--services-dir")
      .option("/etc/two")
      .start();
  CHECK(box.wait_exit().code == 0);
  CHECK(has(box.output(), "from one"));
  CHECK(has(box.output(), "from two"));
  CHECK(box.count("web started") == 0);
}

TEST_CASE("L15 without services a main command is required", "[system][L15]") {
  if (skipped()) return;
  for (const auto* word : {"--skip-services", "--skip-runit"}) {
    CAPTURE(word);
    Container box;
    box.actor("web", "say:started serve").option(word).start();
    CHECK(box.wait_exit().code != 0);
    CHECK(has(box.errors(), "you must also pass a main command."));
    CHECK(box.count("web started") == 0);
  }
}

}  // namespace my_init::test
