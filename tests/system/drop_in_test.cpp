#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "container.hpp"

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

/// A script that says, on standard output, how it was started.
constexpr auto kSelf = "echo \"$0 $# $PWD $(readlink /proc/self/fd/0)\"";

/// What the main command, an actor, was given after its name.
std::string words_of_main(const Container& box, const Event& event) {
  const auto process = box.process(event.pid);
  if (!process) FAIL("no process " << event.pid);
  auto words = proc_text(process->host_pid, "cmdline");
  std::ranges::replace(words, '\0', '|');
  return words.substr(words.find("|main|") + 6);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// A daemon that the main command leaves behind.
constexpr auto kLeavesDaemon =
    "fork:kid { setsid on:TERM=say:bye,exit:0 say:ready serve } until:go exit:0";

}  // namespace

TEST_CASE("K1 the options and their beginnings, and the words after -- as they are",
          "[system][K1]") {
  if (skipped()) return;
  for (const Words& options : {Words{"--skip-startup-files", "--skip-runit", "--quiet"},
                               Words{"--skip-st", "--skip-r", "--q"}}) {
    CAPTURE(options.back());
    Container box;
    box.actor("web", "say:started serve")
        .script("/etc/my_init.d/10_first", box.actor_line("script", "say:started"))
        .script("/etc/rc.local", box.actor_line("local", "say:started"));
    for (const auto& option : options) box.option(option);
    auto words = box.actor_argv("main", "say:ready until:go exit:0");
    for (const auto* word : {"--", "", "--quiet", "a b", "-x"}) words.emplace_back(word);
    box.main(words).start();
    const auto ready = box.wait_event("main ready");
    CHECK(words_of_main(box, ready) == "say:ready|until:go|exit:0|--||--quiet|a b|-x|");
    box.open_gate("go");
    CHECK(box.wait_exit().code == 0);
    for (const auto* name : {"web", "script", "local"}) {
      CAPTURE(name);
      CHECK(box.count(std::string{name} + " started") == 0);
    }
    CHECK(box.errors().empty());
  }
}

TEST_CASE("K1 --no-kill-all-on-exit leaves what is not ours alone", "[system][K1]") {
  if (skipped()) return;
  for (const auto* option : {"--no-kill-all-on-exit", "--no-kill"}) {
    CAPTURE(option);
    Container box;
    box.actor_main(kLeavesDaemon).option(option).child_of_other_init().start();
    const auto kid = box.wait_event("kid ready");
    box.open_gate("go");
    const auto end = box.wait_exit();
    CHECK(end.code == 0);
    REQUIRE(end.left.size() == 1);
    CHECK(end.left[0].pid == kid.pid);
    CHECK(box.count("kid got-TERM") == 0);
  }
}

TEST_CASE("K1 --enable-insecure-key runs its program before the start-up files", "[system][K1]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/programs/enable_insecure_key", "echo key")
      .script("/etc/my_init.d/10_first", "echo first")
      .option("--enable-insecure-key")
      .main({"/bin/echo", "main"})
      .through({"/bin/sh", "-c", "mount --bind /etc/programs /usr/sbin && exec \"$@\"", "sh"})
      .start();
  CHECK(box.wait_exit().code == 0);
  CHECK(box.output() == "key\nfirst\nmain\n");
}

TEST_CASE("K4 ENV_INIT_DIRECTORY is used instead of /etc/my_init.d", "[system][K4]") {
  if (skipped()) return;
  Container box;
  box.script("/etc/my_init.d/10_theirs", "echo theirs")
      .script("/etc/other.d/10_other", "echo other")
      .variable("ENV_INIT_DIRECTORY", "/etc/other.d")
      .main({"/bin/echo", "main"})
      .start();
  CHECK(box.wait_exit().code == 0);
  CHECK(box.output() == "other\nmain\n");
}

TEST_CASE("K4 KILL_PROCESS_TIMEOUT from the directory limits the main command", "[system][K4]") {
  if (skipped()) return;
  Container box;
  box.file("/etc/container_environment/KILL_PROCESS_TIMEOUT", "1\n")
      .actor_main("on:TERM say:ready serve")
      .start();
  box.wait_event("main ready");
  box.signal(SIGTERM);
  const auto end = box.wait_exit();
  CHECK(end.code == 137);
  CHECK(end.took >= 1s);
  CHECK(end.took <= within(1s));
  CHECK(box.count("main got-TERM") == 1);
}

TEST_CASE("K4 KILL_ALL_PROCESSES_TIMEOUT from the directory limits the last phase",
          "[system][K4]") {
  if (skipped()) return;
  Container box;
  box.file("/etc/container_environment/KILL_ALL_PROCESSES_TIMEOUT", "1\n")
      .actor_main("fork:kid { setsid on:TERM say:ready serve } until:go say:ends exit:4")
      .start();
  box.wait_event("kid ready");
  box.open_gate("go");
  CHECK(box.wait_exit().code == 4);
  const auto since = std::chrono::steady_clock::now() - box.wait_event("main ends").at;
  CHECK(since >= 1s);
  CHECK(since <= within(1s));
  CHECK(box.count("kid got-TERM") == 1);
}

TEST_CASE("K4 a timeout of 0 is no limit", "[system][K4]") {
  if (skipped()) return;
  Container box;
  box.variable("KILL_PROCESS_TIMEOUT", "0").actor_main("on:TERM say:ready serve").start();
  box.wait_event("main ready");
  box.signal(SIGTERM);
  box.wait_event("main got-TERM");
  box.let_pass(300ms);
  CHECK(box.running());
  box.signal(SIGTERM);
  CHECK(box.wait_exit().took < within(1s));
}

TEST_CASE("K4 a bad timeout gives one warning and the default", "[system][K4]") {
  if (skipped()) return;
  Container box;
  box.variable("KILL_PROCESS_TIMEOUT", "soon")
      .actor_main("on:TERM say:ready serve")
      .script("/etc/my_init.d/10_first", "true")
      .start();
  box.wait_event("main ready");
  box.signal(SIGTERM);
  box.wait_event("main got-TERM");
  box.let_pass(300ms);
  CHECK(box.running());
  CHECK(count_of(box.errors(), "*** the variable KILL_PROCESS_TIMEOUT is ignored: ") == 1);
}

TEST_CASE("K5 start-up files run in byte order under their own names", "[system][K5]") {
  if (skipped()) return;
  const std::string directory = "/etc/my_init.d/";
  Container box;
  for (const auto* name : {"b.sh", "a", "B", "9", "10", ".hidden", "c~"}) {
    box.script(directory + name, kSelf);
  }
  box.script("/etc/elsewhere", kSelf)
      .script(directory + "directory/inner", kSelf)
      .file(directory + "plain", "#!/bin/sh\necho plain\n", 0644)
      .file(directory + "README", "no script\n", 0644)
      .script("/etc/rc.local", kSelf)
      .main({"/bin/true"});
  fs::create_symlink("/etc/elsewhere", box.host_path(directory + "link"));
  fs::create_symlink("/etc/nowhere", box.host_path(directory + "dangling"));
  box.start();
  CHECK(box.wait_exit().code == 0);
  std::string expected;
  for (const auto* name : {".hidden", "10", "9", "B", "a", "b.sh", "c~", "link"}) {
    expected += directory + name + " 0 / /dev/null\n";
  }
  CHECK(box.output() == expected + "/etc/rc.local 0 / /dev/null\n");
  CHECK(has(box.errors(),
            "*** cannot run '/etc/my_init.d/plain': it begins with #! but is not executable "
            "(chmod +x)\n"));
  CHECK(!has(box.errors(), "README"));
}

TEST_CASE("K5 a start-up file that cannot be executed says why by name", "[system][K5]") {
  if (skipped()) return;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"echo hello\n", "it has no #! line, such as #!/bin/sh"},
      {"#!/bin/sh\r\necho hello\r\n",
       "its #! line ends in CR LF (a Windows line end), so that '/bin/sh\\r' is looked for"},
      {"#!/nowhere/sh\n", "its interpreter '/nowhere/sh' does not exist"}};
  for (const auto& [text, reason] : cases) {
    CAPTURE(reason);
    Container box;
    box.file("/etc/my_init.d/10_bad", text, 0755).actor_main("say:started exit:0").start();
    CHECK(box.wait_exit().code != 0);
    CHECK(has(box.errors(), "*** cannot start '/etc/my_init.d/10_bad': "));
    CHECK(has(box.errors(), "exec '/etc/my_init.d/10_bad': " + reason + '\n'));
    CHECK(box.count("main started") == 0);
  }
}

TEST_CASE("K6 a daemon left by a start-up script runs until the last phase", "[system][K6]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient)
      .script("/etc/my_init.d/10_daemon",
              box.actor_line("script",
                             "fork:kid { setsid on:TERM=say:bye,exit:0 say:ready "
                             "serve } exit:0"))
      .start();
  const auto kid = box.wait_event("kid ready");
  box.wait_event("web ready");
  CHECK(box.process(kid.pid).has_value());
  CHECK(box.count("kid got-TERM") == 0);
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
  CHECK(box.count("kid got-TERM") == 1);
  CHECK(box.wait_event("kid got-TERM").at > box.wait_event("web bye").at);
}

}  // namespace my_init::test
