#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "container.hpp"
#include "svctl.hpp"

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

/// A shell service that is done after its first run.
std::string shell(std::string script, const std::string& logging = {}) {
  // "$" begins a variable of the definition.
  for (auto at = script.find('$'); at != script.npos; at = script.find('$', at + 2))
    script.insert(at, 1, '$');
  return "restart: \"no\"\ncommand: [/bin/sh, -c, '" + script + "']\n" +
         (logging.empty() ? "" : "logging: {" + logging + "}\n");
}

/// my_init is executed by a shell that does something to its streams first.
Words streams(const std::string& redirections) {
  return {"/bin/sh", "-c", redirections + "; exec \"$0\" \"$@\""};
}

/// Standard output and standard error are one, so that their order can be seen.
const Words kJoined{"/bin/sh", "-c", "exec \"$0\" \"$@\" 2>&1"};

/// Standard output is a pipe that nobody reads and that does not end.
const Words kStuck = streams("mkfifo /run/stuck && exec 9<>/run/stuck >&9");

/// How many whole lines a file holds for each service, and whether each one's are in order.
struct Lines {
  std::size_t whole = 0;
  std::size_t torn = 0;
  std::size_t out_of_order = 0;
};

Lines lines_of_file(const std::string& path, std::size_t size) {
  Lines lines;
  std::map<std::string, int> last;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto bar = line.find(" | ");
    if (bar == line.npos || line.size() - bar - 3 != size) {
      ++lines.torn;
      continue;
    }
    ++lines.whole;
    const int number = std::stoi(line.substr(bar + 3));
    int& before = last.try_emplace(line.substr(0, bar), number - 1).first->second;
    if (number != before + 1) ++lines.out_of_order;
    before = number;
  }
  return lines;
}

}  // namespace

TEST_CASE("G1 the last words of a service come before the line about its end",
          "[system][output][G1]") {
  if (skipped()) return;
  Container box;
  box.service("web", shell("printf \"a\\nb\"; exit 3")).option("--quiet").through(kJoined).start();
  CHECK(box.wait_exit().code == 3);
  CHECK(has(box.output(),
            "web | a\nweb | b\n*** web exited with status 3; its last lines:\n***   web | "
            "a\n***   web | b\n"));
}

TEST_CASE("G1 a service that goes on after its crash: whose line it was stays clear",
          "[system][output][G1]") {
  if (skipped()) return;
  Container box;
  box.service("web",
              "restart: always\nrestart_backoff: {initial: 1ms}\n"
              "command: [/bin/sh, -c, 'printf said; exit 1']\n")
      .option("--quiet")
      .through(kJoined)
      .start();
  const std::string once =
      "web | said\n*** web exited with status 1; its last lines:\n"
      "***   web | said\n";
  CHECK(box.wait_until(10s, [&] { return box.output().find(once, once.size() * 9) != once.npos; }));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(!has(box.output(), "saidsaid"));
}

TEST_CASE("G2 20 services with 5000 lines of 3000 bytes lose and tear none",
          "[system][output][G2]") {
  if (skipped()) return;
  Container box;
  const auto* const script =
      "x=$(printf %2993s . | tr \" \" x); i=10000; "
      "while [ $i -lt 15000 ]; do printf \"%s %s\\n\" $i $x; i=$((i+1)); done";
  for (int i = 0; i < 20; ++i) box.service("s" + std::to_string(i), shell(script));
  box.through(streams("exec >/run/out")).start();
  CHECK(box.wait_exit(scaled(60s)).code == 0);
  const Lines lines = lines_of_file(box.host_path("/run/out"), 2999);
  CHECK(lines.whole == 100'000);
  CHECK(lines.torn == 0);
  CHECK(lines.out_of_order == 0);
}

TEST_CASE("G3 a reader that is stuck stops neither us nor a service that may lose lines",
          "[system][output][G3]") {
  if (skipped()) return;
  Container box;
  const std::string much = "head -c 3000000 /dev/zero | tr \"\\0\" \"x\" | fold -w 99; ";
  box.service("patient", shell(much + "echo never >/run/patient"))
      .service("quick",
               shell(much + "echo done >/run/quick", "mode: non-blocking, max_buffer_size: 64k"))
      .actor("idle", kObedient)
      .through(kStuck)
      .start();
  box.wait_event("idle ready");
  CHECK(box.eventually(10s, [&] { return fs::exists(box.host_path("/run/quick")); }));
  box.wait_output("quick: dropped ");
  const auto asked = std::chrono::steady_clock::now();
  CHECK(has(box.status("idle"), "running"));
  CHECK(std::chrono::steady_clock::now() - asked < within(100ms));
  CHECK(has(box.status("quick"), "lines of output dropped"));
  CHECK(has(box.status("patient"), "running"));
  CHECK_FALSE(fs::exists(box.host_path("/run/patient")));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("G4 services go on when our stdout is closed", "[system][output][G4]") {
  if (skipped()) return;
  Container box;
  box.service("web",
              shell("for i in 1 2 3 4 5 6 7 8 9; do echo $i; done; echo end >/run/end; exit 4"))
      .through(streams("mkfifo /run/p && exec 8<>/run/p 9>/run/p 8<&- >&9 9>&-"))
      .start();
  CHECK(box.wait_exit().code == 4);
  CHECK(fs::exists(box.host_path("/run/end")));
  CHECK(has(box.errors(), "*** web exited with status 4; its last lines:\n***   web | 1\n"));
}

TEST_CASE("G4 when our stdout is closed the last lines of a service can still be asked for",
          "[system][output][G4]") {
  if (skipped()) return;
  Container box;
  box.service("web", shell("echo first; echo last; echo end >/run/end; exec sleep 1000"))
      .through(streams("mkfifo /run/p && exec 8<>/run/p 9>/run/p 8<&- >&9 9>&-"))
      .start();
  CHECK(box.eventually(10s, [&] { return fs::exists(box.host_path("/run/end")); }));
  CHECK(box.eventually(
      10s, [&] { return svctl(box, {"logs", "web"}).output == "web | first\nweb | last\n"; }));
}

TEST_CASE("G6 lines of format json are objects, and lines that are objects stay what they are",
          "[system][output][G6]") {
  if (skipped()) return;
  Container box;
  box.service("web",
              shell("echo plain; printf \"{\\\"a\\\":[1,2]}\\n\"; printf \"\\033[1m\\377\\n\"",
                    "format: json"))
      .start();
  CHECK(box.wait_exit().code == 0);
  const std::string common = R"(","service":"web","run":1,"stream":"stdout",)";
  CHECK(has(box.output(), common + R"("message":"plain"})"
                                   "\n"));
  CHECK(has(box.output(), common + R"("message":{"a":[1,2]}})"
                                   "\n"));
  CHECK(has(box.output(), R"("message":"\u001b[1m)"));
  CHECK(has(box.output(), R"("message_base64":"G1sxbf8=")"));
}

TEST_CASE("G7 a grandchild that keeps the output open delays no news", "[system][output][G7]") {
  if (skipped()) return;
  Container box;
  box.service("web", "kill_mode: process\n" + shell("sleep 1000 & echo $! >/run/pid; exit 5"))
      .start();
  const Exit exit = box.wait_exit();
  CHECK(exit.code == 5);
  CHECK(exit.took < within(1s));
}

TEST_CASE("G7 who waits for a service does not wait for the end of its output",
          "[system][output][G7]") {
  if (skipped()) return;
  Container box;
  box.actor("web", "fork:kid { say:here until:never } until:go say:over exit:0",
            "type: oneshot\nkill_mode: process\n")
      .actor("next", kObedient, "depends_on: {web: {condition: service_completed_successfully}}\n")
      .start();
  box.wait_event("kid here");
  box.open_gate("go");
  const auto next = box.wait_event("next ready");
  CHECK(next.at - box.wait_event("web over").at < within(100ms));
}

TEST_CASE("a service whose output is kept to itself shows its last lines when it crashes",
          "[system][output]") {
  if (skipped()) return;
  Container box;
  box.service("web", shell("for i in 1 2 3 4 5 6 7 8 9 10 11; do echo line $i; done; kill -9 $$",
                           "driver: none"))
      .start();
  CHECK(box.wait_exit().code == 137);
  CHECK(box.output().empty());
  CHECK(has(box.errors(), "*** web was killed by SIGKILL; its last lines:\n***   web | line 2\n"));
}

TEST_CASE("a service is ready when a line of its output says so", "[system][output][readiness]") {
  if (skipped()) return;
  Container box;
  box.actor("db", "print:starting until:go complain:ready-to-accept say:told serve",
            "ready: {log: \"ready.(to|for)\"}\n")
      .actor("web", kObedient, "depends_on: {db: {condition: service_healthy}}\n")
      .start();
  box.wait_output("db | starting");
  CHECK(has(box.status("db"), "db: starting"));
  box.open_gate("go");
  box.wait_event("web ready");
  CHECK(box.events("web ready").front().at > box.events("db told").front().at - 100ms);
  CHECK(has(box.status("db"), "db: running"));
}

TEST_CASE("on a terminal each service's name has a colour", "[system][output]") {
  if (skipped()) return;
  Container box;
  box.on_terminal().service("api", shell("echo one")).service("web", shell("echo two")).start();
  CHECK(box.wait_exit().code == 0);
  CHECK(has(box.output(), "\x1b[36mapi\x1b[0m | one\r\n"));
  CHECK(has(box.output(), "\x1b[33mweb\x1b[0m | two\r\n"));
}

TEST_CASE("no name has a colour where NO_COLOR is set or there is no terminal",
          "[system][output]") {
  if (skipped()) return;
  for (const bool terminal : {true, false}) {
    CAPTURE(terminal);
    Container box;
    if (terminal) box.on_terminal().variable("NO_COLOR", "1");
    box.service("api", shell("echo one")).start();
    CHECK(box.wait_exit().code == 0);
    CHECK(has(box.output(), "api | one"));
    CHECK_FALSE(has(box.output(), "\x1b"));
  }
}

TEST_CASE("G8 a log file is rotated, and the old ones compressed", "[system][output][G8]") {
  if (skipped() || skipped_without("/usr/bin/gzip")) return;
  Container box;
  box.service("web",
              shell("seq 100000 149999; echo end; exec sleep 1000",
                    "driver: file, path: /run/web.log, format: raw, max_size: 64k, max_file: 3, "
                    "compress: true"))
      .start();
  const auto path = [&](const std::string& end) { return box.host_path("/run/web.log" + end); };
  CHECK(box.eventually(10s, [&] {
    return fs::exists(path(".1.gz")) && fs::exists(path(".2.gz")) && !fs::exists(path(".1"));
  }));
  CHECK_FALSE(fs::exists(path(".3.gz")));
  CHECK_FALSE(fs::exists(path(".3")));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  std::ifstream file(path(""));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK(text.ends_with("149999\nend\n"));
  CHECK(text.size() <= 64U * 1024U);
}

TEST_CASE("L11 SIGUSR1 opens log files anew", "[system][output][L11]") {
  if (skipped()) return;
  Container box;
  box.service("web",
              "command: [/bin/sh, -c, 'echo first; read go </run/go; echo second; "
              "exec sleep 1000']\n"
              "logging: {driver: file, path: /run/web.log, format: raw}\n")
      .through(streams("mkfifo /run/go"))
      .start();
  const auto log = box.host_path("/run/web.log");
  CHECK(box.eventually(10s, [&] { return fs::exists(log) && fs::file_size(log) == 6; }));
  fs::rename(log, log + ".old");
  box.signal(SIGUSR1);
  box.wait_output("SIGUSR1 received");
  std::ofstream(box.host_path("/run/go")) << "go\n";
  CHECK(box.eventually(10s, [&] { return fs::exists(log) && fs::file_size(log) == 7; }));
  CHECK(fs::file_size(log + ".old") == 6);
}

TEST_CASE("services whose output is read keep the limit of descriptors that we were given",
          "[system][output]") {
  if (skipped()) return;
  Container box;
  for (int i = 0; i < 60; ++i)
    box.service("s" + std::to_string(i), "command: [/bin/sh, -c, 'ulimit -n; exec sleep 1000']\n");
  box.through({"/usr/bin/prlimit", "--nofile=100:4096"}).start();
  for (int i = 0; i < 60; ++i) box.wait_output("s" + std::to_string(i) + " | 100\n");
}

}  // namespace my_init::test
