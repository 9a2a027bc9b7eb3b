#include <csignal>

#include "container.hpp"

namespace my_init::test {

TEST_CASE("E11 a secret is in the environment of its service and nowhere else", "[system][E11]") {
  if (skipped()) return;
  Container box;
  box.file("/run/secrets/db", "hush hush\n\n", 0600)
      .actor("web", std::string{"env:EMPTY "} + kObedient,
             "secrets: {DB_PASSWORD: /run/secrets/db, EMPTY: /run/secrets/empty}\n"
             "environment: {COLOUR: blue}\n")
      .file("/run/secrets/empty", "\n")
      .actor("other", kObedient)
      .start();
  const auto environment = [&](const std::string& name) {
    const auto process = box.process(box.wait_event(name + " ready").pid).value_or(Process{});
    return '\0' + proc_text(process.host_pid, "environ");
  };
  // One line end is taken away, no more.
  CHECK(has(environment("web"), std::string{"\0DB_PASSWORD=hush hush\n\0", 24}));
  CHECK(box.count("web EMPTY=") == 1);
  CHECK(!has(environment("other"), "hush"));
  CHECK(!has(environment("other"), "DB_PASSWORD"));
  CHECK(!has(box.status("web"), "hush"));
  CHECK(!has(proc_text(box.program(), "environ"), "hush"));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(!has(box.output() + box.errors(), "hush"));
}

TEST_CASE("E11 a secret whose file is missing fails the start with its path", "[system][E11]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:ran serve", "secrets: {KEY: /run/secrets/x}\nrestart: \"no\"\n")
      .actor("other", kObedient)
      .start();
  box.wait_event("other ready");
  box.wait_output("*** web has failed for good (exit code 126)\n");
  CHECK(has(box.errors(),
            "*** cannot start 'web': secret 'KEY': cannot read '/run/secrets/x': "
            "no such file or directory\n"));
  CHECK(box.count("web ran") == 0);
}

TEST_CASE("E11 a secret is read anew at every start", "[system][E11]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "env:KEY exit:1",
            "secrets: {KEY: /run/secrets/x}\nrestart_backoff: {initial: 20ms, factor: 1}\n")
      .start();
  box.wait_output("*** cannot start 'web': secret 'KEY': ");
  box.file("/run/secrets/x", "one");
  box.wait_event("web KEY=one");
  box.file("/run/secrets/x", "two");
  box.wait_event("web KEY=two");
}

}  // namespace my_init::test
