#include <csignal>
#include <filesystem>

#include "container.hpp"

namespace my_init::test {
namespace {

constexpr auto kCoded = "on:TERM=say:bye,exit:0 env:COLOUR say:ready serve";

/// SIGHUP, and what my_init says that came of it.
std::string apply(Container& box) {
  const auto from = box.errors().size();
  std::string line;
  box.signal(SIGHUP);
  const bool told = box.wait_until(10s, [&] {
    const std::string& text = box.errors();
    const auto begin =
        std::min(text.find("*** Re-read ", from), text.find("*** cannot apply", from));
    const auto end = text.find('\n', std::min(begin, text.size()));
    if (begin != text.npos && end != text.npos) line = text.substr(begin + 4, end - begin - 4);
    return !line.empty();
  });
  CHECK(told);
  return line;
}

std::string applied(const std::string& what) {
  return "Re-read /etc/services.d: " + what;
}

/// What SIGUSR2 shows.
std::string dump(Container& box) {
  const auto from = box.errors().size();
  box.signal(SIGUSR2);
  box.wait_output("*** container: ", from);
  return box.errors().substr(from);
}

void remove_service(const Container& box, const std::string& name) {
  std::filesystem::remove(box.host_path("/etc/services.d/" + name + ".yaml"));
}

}  // namespace

TEST_CASE("C5 L11 the same definitions, a comment or another policy restart nothing",
          "[system][C5][L11]") {
  if (skipped()) return;
  Container box;
  box.actor("db", kObedient).actor("web", kObedient).start();
  const auto web = box.wait_event("web ready");
  box.wait_event("db ready");
  CHECK(apply(box) == applied("2 unchanged"));
  box.actor("web", kObedient, "# a comment\n\n");
  CHECK(apply(box) == applied("2 unchanged"));
  box.actor("web", kObedient, "restart: no\nstop_grace_period: 5s\n");
  CHECK(apply(box) == applied("web updated, 1 unchanged"));
  CHECK(has(box.status("web"), "running, pid " + std::to_string(web.pid) + ", restarts 0"));
  CHECK(box.count("web ready") + box.count("db ready") == 2);
  box.wait_output("*** Started web");
  ::kill(box.process(web.pid)->host_pid, SIGKILL);
  box.wait_output("*** web has failed for good");
}

TEST_CASE("C5 L11 an environment restarts that service alone, by its old definition",
          "[system][C5][L11]") {
  if (skipped()) return;
  Container box;
  const std::string keys = "stop_signal: SIGUSR1\n";
  box.actor("db", kObedient)
      .actor("web", "on:USR1=say:bye,exit:0 env:COLOUR say:ready serve", keys)
      .actor("user", kObedient, "depends_on: [web]\n")
      .start();
  for (const auto* ready : {"db ready", "web ready", "user ready"}) box.wait_event(ready);
  box.actor("web", kCoded, "environment: {COLOUR: red}\n");
  CHECK(apply(box) == applied("web restarted, 2 unchanged"));
  box.wait_event("web COLOUR=red");
  box.wait_event("web ready", 2);
  CHECK(box.count("web bye") == 1);
  CHECK(box.eventually(10s, [&] { return has(box.status("web"), "web: running"); }));
  CHECK(box.count("db ready") + box.count("user ready") == 2);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("web bye") == 2);
}

TEST_CASE("C5 L11 a removed service is stopped and an added one is started", "[system][C5][L11]") {
  if (skipped()) return;
  Container box;
  box.actor("db", "on:TERM=say:bye,exit:0 say:ready serve",
            "post_stop: [" + box.actor_list("hook", "say:done") + "]\n")
      .actor("web", kObedient)
      .start();
  const auto web = box.wait_event("web ready");
  box.wait_event("db ready");
  box.wait_output("*** Started db");
  remove_service(box, "db");
  box.actor("worker", kObedient, "depends_on: [web]\n");
  CHECK(apply(box) == applied("worker added, db removed, 1 unchanged"));
  box.wait_event("worker ready");
  box.wait_event("db bye");
  box.wait_event("hook done");
  CHECK(box.eventually(10s, [&] { return !has(dump(box), "*** db: "); }));
  CHECK(has(box.status("web"), "pid " + std::to_string(web.pid)));
  CHECK(box.count("web ready") + box.count("worker ready") + box.count("db bye") == 3);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("C4 L11 definitions with an error change nothing at all", "[system][C4][L11]") {
  if (skipped()) return;
  const std::string command = "command: [/bin/true]\n";
  const std::pair<std::string, std::string> bad[] = {
      {command + "environment: {A: [\n", "/etc/services.d/bad.yaml:2:18: error: "},
      {command + "restrat: no\n", "/etc/services.d/bad.yaml:2:1: error: unknown key 'restrat'"},
      {command + "depends_on: [web]\n",
       "/etc/services.d/web.yaml:3:14: error: dependency cycle: bad -> web"},
  };
  for (const auto& [definition, diagnostic] : bad) {
    CAPTURE(definition);
    Container box;
    box.actor("db", kObedient).actor("web", kCoded).start();
    const auto web = box.wait_event("web ready");
    box.wait_event("db ready");
    const std::string needs = has(definition, "[web]") ? "depends_on: [bad]\n" : "";
    box.actor("web", kCoded, "environment: {COLOUR: red}\n" + needs)
        .actor("more", "say:ready")
        .service("bad", definition);
    remove_service(box, "db");
    CHECK(apply(box) == "cannot apply /etc/services.d: 1 error, nothing was changed");
    CHECK(has(box.errors(), diagnostic));
    const auto status = dump(box);
    CHECK(has(status, "web: running, pid " + std::to_string(web.pid) + ", restarts 0"));
    CHECK(has(status, "db: running"));
    CHECK(!has(status, "more: "));
    box.service("bad", command + "restart: no\n");
    CHECK(has(apply(box), "bad added, more added, web restarted, db removed"));
    box.wait_event("web COLOUR=red");
    CHECK(box.count("db bye") <= 1);
  }
}

TEST_CASE("L11 SIGHUP before there are services, or after, says why it does nothing",
          "[system][L11]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/my_init.d/10_slow", box.actor_line("slow", "say:begun until:go"))
      .actor("web", "on:TERM=say:stopping,until:end,exit:0 say:ready serve")
      .start();
  box.wait_event("slow begun");
  CHECK(has(apply(box), "cannot apply /etc/services.d: they have not been read"));
  box.open_gate("go");
  box.wait_event("web ready");
  box.signal(SIGTERM);
  box.wait_event("web stopping");
  CHECK(apply(box) == "cannot apply /etc/services.d: the shutdown has begun");
  box.open_gate("end");
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("C5 a service in back-off starts by what was changed", "[system][C5]") {
  if (skipped()) return;
  Container box;
  const std::string backoff = "restart_backoff: {initial: 1h, max: 1h}\n";
  box.actor("web", "exit:1", backoff).actor("other", kObedient).start();
  box.wait_output("*** Restarting web in ");
  box.actor("web", kObedient, backoff);
  CHECK(apply(box) == applied("web restarted, 1 unchanged"));
  box.wait_event("web ready");
}

TEST_CASE("C5 a service that stops when definitions change starts by the last of them",
          "[system][C5]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "on:TERM=say:stopping,until:end,exit:0 say:ready serve")
      .actor("other", kObedient)
      .start();
  box.wait_event("web ready");
  box.actor("web", kCoded, "environment: {COLOUR: red}\n");
  CHECK(apply(box) == applied("web restarted, 1 unchanged"));
  box.wait_event("web stopping");
  CHECK(apply(box) == applied("2 unchanged"));
  box.actor("web", kCoded, "environment: {COLOUR: blue}\n");
  CHECK(apply(box) == applied("web restarted, 1 unchanged"));
  remove_service(box, "web");
  CHECK(apply(box) == applied("web removed, 1 unchanged"));
  box.actor("web", kCoded, "environment: {COLOUR: green}\n");
  CHECK(apply(box) == applied("web added, 1 unchanged"));
  box.open_gate("end");
  box.wait_event("web COLOUR=green");
  box.wait_event("web ready", 2);
  CHECK(box.count("web COLOUR=red") + box.count("web COLOUR=blue") == 0);
}

TEST_CASE("C5 a service that waits starts when its dependency is dropped", "[system][C5]") {
  if (skipped()) return;
  Container box;
  box.actor("db", "on:TERM=exit:0 say:started serve", "ready: {notify: true}\n")
      .actor("web", kObedient, "depends_on: {db: {condition: service_healthy}}\n")
      .start();
  box.wait_event("db started");
  CHECK(has(box.status("web"), "web: waiting"));
  box.actor("web", kObedient);
  CHECK(apply(box) == applied("web updated, 1 unchanged"));
  box.wait_event("web ready");
  CHECK(box.count("db started") == 1);
}

}  // namespace my_init::test
