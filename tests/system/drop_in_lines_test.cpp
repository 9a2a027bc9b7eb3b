#include <csignal>
#include <sstream>

#include "container.hpp"

namespace my_init::test {
namespace {

/// The lines of a text; "(PID 7)" reads "(PID N)".
std::vector<std::string> lines_of(const std::string& text) {
  constexpr std::string_view kPid = "(PID ";
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    if (const auto at = line.find(kPid); at != std::string::npos) {
      const auto number = at + kPid.size();
      line.replace(number, line.find(')', number) - number, "N");
    }
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

/// A boot with a script and a main command that leaves a daemon which ignores SIGTERM.
void run_with_everything(Container& box) {
  box.variable("KILL_PROCESS_TIMEOUT", "0.2")
      .variable("KILL_ALL_PROCESSES_TIMEOUT", "0.2")
      .script("/etc/my_init.d/10_first", "echo from-script")
      .script("/etc/web", "echo from-web\nexec " + box.actor_line("web", "say:ready until:never"))
      .service("web", "command: [/etc/web]\n")
      .actor_main("fork:kid { setsid on:TERM say:ready serve } on:TERM say:ready serve")
      .start();
  for (const auto* who : {"web ready", "kid ready", "main ready"}) box.wait_event(who);
  box.signal(SIGTERM);
}

}  // namespace

TEST_CASE("K2 our lines from boot to end have phusion's words", "[system][K2]") {
  if (skipped()) return;
  Container box;
  run_with_everything(box);
  CHECK(box.wait_exit().code == 137);
  std::string command;
  for (const auto& word : box.actor_argv(
           "main", "fork:kid { setsid on:TERM say:ready serve } on:TERM say:ready serve")) {
    command += (command.empty() ? "" : " ") + word;
  }
  const auto said = lines_of(box.errors());
  const Lines expected{"*** Running /etc/my_init.d/10_first...",
                       "*** Started web (PID N)",
                       "*** Running " + command + "...",
                       "*** SIGTERM received. Shutting down...",
                       "*** Shutting down /etc/actor (PID N)...",
                       "*** /etc/actor (PID N) did not shut down in time. Forcing it to exit.",
                       "*** /etc/actor was killed by SIGKILL.",
                       "*** Shutting down web (PID N)...",
                       "*** Killing all processes...",
                       "*** Not all processes have exited in time. Forcing them to exit."};
  CHECK(said == expected);
}

TEST_CASE("K2 a main command that ends and a script that fails have phusion's words",
          "[system][K2]") {
  if (skipped()) return;
  {
    Container box;
    box.main({"/bin/sh", "-c", "exit 7"}).start();
    CHECK(box.wait_exit().code == 7);
    CHECK(lines_of(box.errors()) == Lines{"*** Running /bin/sh -c exit 7...",
                                          "*** /bin/sh exited with status 7.",
                                          "*** Killing all processes..."});
  }
  Container box;
  box.script("/etc/my_init.d/10_bad", "exit 3").main({"/bin/true"}).start();
  CHECK(box.wait_exit().code == 3);
  CHECK(lines_of(box.errors()) == Lines{"*** Running /etc/my_init.d/10_bad...",
                                        "*** /etc/my_init.d/10_bad failed with status 3",
                                        "*** Killing all processes..."});
}

TEST_CASE("K2 without services and a main command the error has phusion's words", "[system][K2]") {
  if (skipped()) return;
  Container box;
  box.option("--skip-runit").start();
  CHECK(box.wait_exit().code != 0);
  CHECK(lines_of(box.errors()).front() ==
        "*** When --skip-runit is given, you must also pass a main command.");
}

TEST_CASE("K3 --quiet drops the informative lines only", "[system][K3]") {
  if (skipped()) return;
  Container box;
  box.option("--quiet");
  run_with_everything(box);
  CHECK(box.wait_exit().code == 137);
  CHECK(lines_of(box.errors()) ==
        Lines{"*** /etc/actor (PID N) did not shut down in time. Forcing it to exit.",
              "*** Not all processes have exited in time. Forcing them to exit."});
  CHECK(box.output() == "from-script\nweb | from-web\n");
}

}  // namespace my_init::test
