#include <csignal>

#include "container.hpp"

namespace my_init::test {
TEST_CASE("L12 the end of an essential service ends the container with its code", "[system][L12]") {
  if (skipped()) return;
  struct Case {
    std::string words;
    std::string keys;
    int code;
  };
  const std::vector<Case> cases{{"until:go exit:7", "restart: \"no\"\n", 7},
                                {"until:go die:SEGV", "restart: \"no\"\n", 139},
                                {"until:go say:try exit:9",
                                 "restart: always\nrestart_backoff: {initial: 1ms, jitter: 0}\n"
                                 "restart_limit: {count: 3, window: 60s, then: fail}\n",
                                 9}};
  for (const auto& [words, keys, code] : cases) {
    CAPTURE(words);
    Container box;
    box.actor("db", kObedient)
        .actor("web", kObedient, "depends_on: [db]\n")
        .actor("heart", words, "essential: true\n" + keys)
        .start();
    box.wait_event("db ready");
    box.wait_event("web ready");
    box.open_gate("go");
    CHECK(box.wait_exit().code == code);
    CHECK(box.wait_event("db got-TERM").at > box.wait_event("web bye").at);
    CHECK(box.count("heart try") == (code == 9 ? 4U : 0U));
  }
}

TEST_CASE("L13 when all services have ended with success the exit code is 0, at once",
          "[system][L13]") {
  if (skipped()) return;
  Container box;
  box.actor("first", "exit:0", "type: oneshot\n")
      .actor("second", "until:go exit:0", "restart: on-failure\n")
      .start();
  CHECK(box.running());
  box.open_gate("go");
  const auto end = box.wait_exit();
  CHECK(end.code == 0);
  CHECK(end.took < within(500ms));
}

TEST_CASE("L13 when all services have ended the first failure gives the exit code",
          "[system][L13]") {
  if (skipped()) return;
  Container box;
  box.actor("good", "exit:0", "type: oneshot\n")
      .actor("early", "say:now exit:5", "restart: \"no\"\n")
      .actor("late", "until:go exit:6", "restart: \"no\"\n")
      .start();
  box.wait_event("early now");
  box.wait_output("early");
  CHECK(
      box.eventually(5s, [&] { return box.status("early").find("failed") != std::string::npos; }));
  box.open_gate("go");
  CHECK(box.wait_exit().code == 5);
}

TEST_CASE("L13 without any service it stays and says so", "[system][L13]") {
  if (skipped()) return;
  Container box;
  box.start();
  box.wait_output("*** ");
  box.let_pass(100ms);
  CHECK(box.running());
  CHECK(box.errors().find("service") != std::string::npos);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

}  // namespace my_init::test
