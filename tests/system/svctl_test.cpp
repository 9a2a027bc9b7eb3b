#include "svctl.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace my_init::test {
namespace {

constexpr auto kNoRestart = "restart: \"no\"\n";

void leave_dead_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.copy(&address.sun_path[0], sizeof address.sun_path - 1) == path.size());
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

}  // namespace

TEST_CASE("C7 svctl status of one service tells by its exit code whether it runs",
          "[system][control][C7]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient)
      .actor("job", "say:done exit:0", "type: oneshot\n")
      .actor("other", kObedient)
      .start();
  box.wait_event("web ready");
  box.wait_event("other ready");
  CHECK(svctl(box, {"wait", "--for", "completed", "job"}).code == 0);
  const auto web = svctl(box, {"status", "web"});
  CHECK(web.code == 0);
  CHECK(has(web.output, "running"));
  CHECK_FALSE(has(web.output, "other"));
  CHECK(svctl(box, {"status", "job"}).code == 3);
  const auto unknown = svctl(box, {"status", "wbe"});
  CHECK(unknown.code == 4);
  CHECK(unknown.errors == "svctl: there is no service 'wbe' (did you mean 'web'?)\n");
  const auto all = svctl(box, {"status"});
  CHECK(all.code == 0);
  for (const auto* name : {"web", "job", "other"}) CHECK(has(all.output, name));
  CHECK(has(svctl(box, {"status", "--json", "w*"}).output, R"("name":"web")"));
}

TEST_CASE("C6 svctl start of a service that fails says so with its last lines",
          "[system][control][C6]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "print:oops exit:3", kNoRestart)
      .service("none", "services: {none: {command: [/no/such/program], restart: \"no\"}}\n")
      .actor("idle", kObedient)
      .start();
  box.wait_event("idle ready");
  CHECK(svctl(box, {"wait", "--for", "stopped", "web", "none"}).code == 0);
  const auto failed = svctl(box, {"start", "web"});
  CHECK(failed.code == 1);
  CHECK(has(failed.errors, "svctl: web is failed: exited with status 3\n"));
  CHECK(has(failed.errors, "last lines of web (svctl why web tells more):\n  web | oops"));
  const auto missing = svctl(box, {"start", "none"});
  CHECK(missing.code == 1);
  CHECK(has(missing.errors, "none is failed: cannot start: exec '/no/such/program': no such file"));
  CHECK(svctl(box, {"start", "--no-wait", "web"}).code == 0);
}

TEST_CASE("svctl why tells what a start has failed by", "[system][control]") {
  if (skipped()) return;
  Container box;
  box.actor("hook", "serve",
            kNoRestart + ("pre_start: [" + box.actor_list("hook", "exit:3") + "]\n"))
      .actor("gone", "serve", kNoRestart + std::string("pre_start: [[/no/such]]\n"))
      .actor("late", "serve",
             kNoRestart + std::string("ready: {file: /run/no, timeout: 100ms, interval: 10ms}\n"))
      .actor("idle", kObedient)
      .start();
  box.wait_event("idle ready");
  CHECK(svctl(box, {"wait", "--for", "stopped", "hook", "gone", "late"}).code == 0);
  const auto why = [&box](const std::string& name) {
    const auto said = svctl(box, {"why", name}).output;
    return said.substr(0, said.find('\n'));
  };
  CHECK(why("hook").ends_with(" now: its pre_start hook failed with status 3."));
  CHECK(why("gone").ends_with(
      " now: cannot start: pre_start hook: exec '/no/such': no such file or directory."));
  CHECK(why("late").ends_with(" now: not ready after 100ms."));
}

TEST_CASE("C1 without a server svctl says so at once, and does not wait for ever for a frozen one",
          "[system][control][C1]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient).start();
  box.wait_event("web ready");
  const auto path = control_path(box);
  ::kill(box.program(), SIGSTOP);
  const auto frozen = svctl(box, {"--timeout", "300ms", "status"});
  CHECK(frozen.code == 5);
  CHECK(frozen.took >= 300ms);
  CHECK(frozen.took < svctl_within(400ms));
  ::kill(box.program(), SIGCONT);
  CHECK(svctl(box, {"status"}).code == 0);
  ::kill(box.program(), SIGKILL);
  box.wait_exit();
  const auto dead = svctl(box, {"status"});
  CHECK(dead.code == 4);
  CHECK(dead.took < svctl_within(100ms));
  CHECK(has(dead.errors, "connection refused; is my_init running here"));
  REQUIRE(::unlink(path.c_str()) == 0);
  const auto none = svctl(box, {"status"});
  CHECK(none.code == 4);
  CHECK(has(none.errors, "no such file or directory"));
}

TEST_CASE("C3 a second my_init at a live socket refuses", "[system][control][C3]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient)
      .service("second", "services: {second: {command: [" + my_init_path() +
                             "], restart: \"no\", depends_on: [web]}}\n")
      .start();
  box.wait_output(
      "second | *** cannot listen on unix:/run/my_init/control.sock: address already in use; "
      "another "
      "my_init is at work there (--skip-services runs a command beside it)");
  box.wait_output("*** second exited with status 73");
  CHECK(svctl(box, {"status", "web"}).code == 0);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK_FALSE(std::filesystem::exists(control_path(box)));
}

TEST_CASE("C3 a socket that a dead my_init has left is replaced, another user is refused",
          "[system][control][C3]") {
  if (skipped_without_root()) return;
  Container box;
  box.file("/run/my_init/keep", "").actor("web", kObedient);
  leave_dead_socket(control_path(box));
  box.start();
  box.wait_event("web ready");
  CHECK(svctl(box, {"status", "web"}).code == 0);
  struct stat status{};
  REQUIRE(::stat(control_path(box).c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  // The directory of the test is its owner's alone.
  Words words{"/usr/bin/setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"};
  const auto other = Svctl(box, {"status"}, words).wait();
  CHECK(other.code == 77);
  CHECK(has(other.errors, "permission denied; only root and the user of my_init may"));
}

TEST_CASE("a file at the place of the socket, or no place at all, costs only svctl",
          "[system][control]") {
  if (skipped()) return;
  Container box;
  box.file("/run/my_init/control.sock", "precious").actor("web", kObedient).start();
  box.wait_event("web ready");
  CHECK(has(
      box.errors(),
      "*** cannot listen on unix:/run/my_init/control.sock: file exists; svctl cannot be used"));
  CHECK(svctl(box, {"status"}).code == 4);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(std::filesystem::exists(control_path(box)));

  Container other;
  other.variable("MY_INIT_CONTROL", "here").actor("web", kObedient).start();
  other.wait_event("web ready");
  other.wait_output("the variable MY_INIT_CONTROL is ignored: cannot read 'here'");
  CHECK(svctl(other, {"status", "web"}).code == 0);
}

TEST_CASE("svctl starts, stops, restarts and signals services, and waits for them",
          "[system][control]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "on:TERM=exit:0 on:USR1 say:ready serve").actor("db", kObedient).start();
  box.wait_event("web ready");
  box.wait_event("db ready");
  CHECK(svctl(box, {"restart", "web"}).code == 0);
  box.wait_event("web ready", 2);
  CHECK(svctl(box, {"signal", "USR1", "web"}).code == 0);
  box.wait_event("web got-USR1");
  CHECK(svctl(box, {"stop", "*"}).code == 0);
  CHECK(svctl(box, {"status", "web", "db"}).code == 3);
  const auto dead = svctl(box, {"signal", "USR1", "web"});
  CHECK(dead.code == 3);
  CHECK(dead.errors == "svctl: none of them has a process to signal\n");
  CHECK(svctl(box, {"start", "db"}).code == 0);
  CHECK(svctl(box, {"status", "db"}).code == 0);
  CHECK(svctl(box, {"status", "web"}).code == 3);
  CHECK(svctl(box, {"signal", "NONE", "db"}).code == 64);
}

TEST_CASE("svctl reload sends the reload signal, or runs the reload command", "[system][control]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "on:USR1 on:TERM=exit:0 say:ready serve", "reload_signal: SIGUSR1\n");
  box.actor("db", kObedient,
            "reload_command: " + box.actor_list("again", "say:reloaded exit:0") + '\n')
      .start();
  const auto web = box.wait_event("web ready");
  box.wait_event("db ready");
  CHECK(svctl(box, {"wait", "*"}).code == 0);
  CHECK(svctl(box, {"reload", "*"}).code == 0);
  CHECK(box.wait_event("web got-USR1").pid == web.pid);
  box.wait_event("again reloaded");
  CHECK(svctl(box, {"status", "web", "db"}).code == 0);
  CHECK(box.count("web ready") + box.count("db ready") == 2);
}

TEST_CASE("svctl shutdown ends the container in order, with the exit code that it says",
          "[system][control]") {
  if (skipped()) return;
  for (const int code : {0, 7}) {
    Container box;
    box.actor("web", kObedient).start();
    box.wait_event("web ready");
    Words words{"shutdown"};
    if (code != 0) words.insert(words.end(), {"--exit-code", std::to_string(code)});
    CHECK(svctl(box, words).code == 0);
    CHECK(box.wait_exit().code == code);
    CHECK(box.count("web bye") == 1);
  }
}

TEST_CASE("svctl events tells how things are and then what changes", "[system][control]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "say:ready until:end exit:4", kNoRestart).actor("db", kObedient).start();
  box.wait_event("web ready");
  box.wait_event("db ready");
  Svctl events(box, {"events"});
  events.wait_output("db                   running\n");
  box.open_gate("end");
  events.wait_output("web exited with status 4.");
  events.wait_output("web has failed for good (exit code 4)");
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  const auto result = events.wait();
  CHECK(result.code == 1);
  CHECK(has(result.errors, "my_init has closed the connection"));
}

TEST_CASE("svctl logs -f shows what comes, and the end", "[system][control]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "print:one say:ready until:go print:two until:more print:three serve")
      .actor("db", kObedient)
      .start();
  box.wait_event("web ready");
  box.wait_output("web | one");
  Svctl follower(box, {"logs", "-f", "web"});
  follower.wait_output("web | one\n");
  box.open_gate("go");
  follower.wait_output("web | two\n");
  box.open_gate("more");
  follower.wait_output("web | three\n");
  box.signal(SIGTERM);
  box.wait_exit();
  CHECK(follower.wait().output == "web | one\nweb | two\nweb | three\n");
}

TEST_CASE("svctl shows logs, the environment with masked secrets, and why", "[system][control]") {
  if (skipped()) return;
  Container box;
  box.file("/run/key", "hush\n")
      .variable("COLOUR", "red")
      .variable("MY_INIT_SERVICES_DIR", "/etc/services.d")
      .actor("web", "print:one complain:two on:TERM=exit:0 say:ready serve",
             "environment: {SHAPE: round}\nsecrets: {KEY: /run/key}\n")
      .start();
  box.wait_event("web ready");
  box.wait_output("web | one");
  box.wait_output("web | two");
  const auto logs = svctl(box, {"logs", "web"});
  CHECK(has(logs.output, "web | one\n"));
  CHECK(has(logs.output, "web | two\n"));
  CHECK(has(svctl(box, {"logs", "--json"}).output, R"("message":"two")"));
  const auto environment = svctl(box, {"env", "web"}).output;
  CHECK(has(environment, "definition  SHAPE=round"));
  CHECK(has(environment, "container   COLOUR=red"));
  CHECK(has(environment, "container   MY_INIT_SERVICES_DIR=/etc/services.d"));
  CHECK(has(environment, "secret      KEY=***"));
  CHECK(has(environment, "my_init     MY_INIT_SERVICE=web"));
  CHECK_FALSE(has(environment, "hush"));
  const auto why = svctl(box, {"why", "web"}).output;
  CHECK(has(why, "web is running, for "));
  CHECK(has(why, "Nothing happens next by itself.\nIts last lines:\n  web | "));
}

}  // namespace my_init::test
