#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "container.hpp"

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

constexpr auto kDirectory = "/etc/container_environment";

std::string entry(const std::string& name) {
  return std::string{kDirectory} + '/' + name;
}

std::string text_at(const Container& box, const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{box.host_path(path), std::ios::binary}.rdbuf();
  return text.str();
}

/// A variable of the process that told this event; nothing when it is not set.
std::optional<std::string> variable_of(const Container& box, const Event& event,
                                       const std::string& name) {
  const auto process = box.process(event.pid);
  if (!process) FAIL("no process " << event.pid);
  const std::string all = '\0' + proc_text(process->host_pid, "environ");
  const auto at = all.find('\0' + name + '=');
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 2;
  return all.substr(begin, all.find('\0', begin) - begin);
}

/// Everything but NUL, at the size of a large value.
std::string every_byte() {
  std::string value = "$HOME `id` 'single' \"double\" \\ line\nnext\n\xff\xfe\x80 \xc3\xa9 \t\x1b";
  for (int byte = 1; byte < 256; ++byte) value += static_cast<char>(byte);
  value.resize(100'000, 'x');
  return value + '\n';
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("E1 the directory adds at boot what is not set and then holds everything",
          "[system][E1][K7]") {
  if (skipped()) return;
  Container box;
  box.variable("SET", "by-run")
      .variable("HOME", "/somewhere")
      .file(entry("SET"), "by-file\n")
      .file(entry("ADDED"), "two lines\n\n")
      .actor("web", "say:ready until:never")
      .actor_main("say:ready until:never")
      .start();
  for (const auto* who : {"main ready", "web ready"}) {
    CAPTURE(who);
    const auto ready = box.wait_event(who);
    CHECK(variable_of(box, ready, "SET") == "by-run");
    CHECK(variable_of(box, ready, "ADDED") == "two lines\n");
    CHECK(variable_of(box, ready, "HOME") == "/somewhere");
  }
  CHECK(text_at(box, entry("SET")) == "by-run");
  CHECK(fs::exists(box.host_path(entry("PATH"))));
  for (const auto* personal : {"HOME", "USER", "GROUP", "UID", "GID", "SHELL"}) {
    CAPTURE(personal);
    CHECK(!fs::exists(box.host_path(entry(personal))));
  }
  CHECK(has(text_at(box, "/etc/container_environment.sh"), "export SET='by-run'\n"));
  CHECK(has(text_at(box, "/etc/container_environment.json"), "\"SET\": \"by-run\""));
}

TEST_CASE("E2 what a start-up script writes or removes is seen by all that follow",
          "[system][E2]") {
  if (skipped()) return;
  Container box;
  box.variable("GONE", "1")
      .variable("CHANGED", "old")
      .script("/etc/my_init.d/10_write",
              "cd /etc/container_environment\n"
              "rm GONE; echo new > CHANGED; printf %s made > MADE")
      .script("/etc/my_init.d/20_next",
              "echo \"next: $CHANGED $MADE ${GONE-unset}\"\n"
              ". /etc/container_environment.sh; echo \"shell: $CHANGED $MADE\"")
      .actor("web", "say:ready until:never")
      .actor_main("say:ready until:never")
      .start();
  for (const auto* who : {"main ready", "web ready"}) {
    CAPTURE(who);
    const auto ready = box.wait_event(who);
    CHECK(variable_of(box, ready, "CHANGED") == "new");
    CHECK(variable_of(box, ready, "MADE") == "made");
    CHECK(!variable_of(box, ready, "GONE"));
  }
  CHECK(box.output() == "next: new made unset\nshell: new made\n");
  const auto json = text_at(box, "/etc/container_environment.json");
  CHECK(has(json, "\"CHANGED\": \"new\""));
  CHECK(!has(json, "GONE"));
  CHECK(!has(text_at(box, "/etc/container_environment.sh"), "GONE"));
}

TEST_CASE("E3 values and odd names come back byte for byte", "[system][E3]") {
  if (skipped()) return;
  const auto value = every_byte();
  Container box;
  box.file(entry("VALUE"), value + '\n')
      .file(entry("odd-name.x"), "odd")
      .file(entry("EMPTY"), "")
      .variable("GIVEN", value)
      .actor("web", "say:ready until:never")
      .start();
  const auto ready = box.wait_event("web ready");
  CHECK((variable_of(box, ready, "VALUE") == value));
  CHECK((variable_of(box, ready, "GIVEN") == value));
  CHECK(variable_of(box, ready, "odd-name.x") == "odd");
  CHECK(variable_of(box, ready, "EMPTY") == "");
  CHECK((text_at(box, entry("GIVEN")) == value + '\n'));
}

TEST_CASE("E3 a shell can source .sh", "[system][E3][K8]") {
  if (skipped()) return;
  const auto value = every_byte();
  Container box;
  // Started with an empty environment, so what it has comes from the file.
  box.variable("VALUE", value)
      .variable("odd-name.x", "odd")
      .main({"/usr/bin/env", "-i", "/bin/sh", "-ec",
             ". /etc/container_environment.sh; printf %s. \"$VALUE\""})
      .start();
  CHECK(box.wait_exit().code == 0);
  CHECK((box.output() == value + '.'));
  CHECK(!has(text_at(box, "/etc/container_environment.sh"), "odd-name"));
}

TEST_CASE("E3 .json parses strictly", "[system][E3]") {
  if (skipped()) return;
  if (!fs::exists("/usr/bin/python3")) {
    WARN("skipped: no python3 to read JSON");
    return;
  }
  Container box;
  box.variable("VALUE", every_byte())
      .variable("odd-name.x", "odd")
      .main({"/usr/bin/python3", "-Sc",
             "import json, os\n"
             "with open('/etc/container_environment.json', encoding='utf-8') as file:\n"
             "    read = json.load(file)\n"
             "print(read['odd-name.x'], len(read['VALUE']) > 90000, set(read) <= set(os.environ))"})
      .start();
  CHECK(box.wait_exit().code == 0);
  CHECK(box.output() == "odd True True\n");
}

TEST_CASE("E4 a directory that cannot be written gives one warning and all else works",
          "[system][E4]") {
  if (skipped()) return;
  Container box;
  box.file(entry("ADDED"), "here\n")
      .file(entry("SET"), "by-file\n")
      .variable("SET", "by-run")
      .script("/etc/my_init.d/10_first", "echo \"first: $SET $ADDED\"")
      .actor("web", "say:ready until:never")
      .actor_main("until:go exit:3")
      .through({"/bin/sh", "-c", "mount -o remount,bind,ro /etc && exec \"$@\"", "sh"})
      .start();
  const auto ready = box.wait_event("web ready");
  CHECK(variable_of(box, ready, "SET") == "by-run");
  CHECK(variable_of(box, ready, "ADDED") == "here");
  box.open_gate("go");
  CHECK(box.wait_exit().code == 3);
  CHECK(has(box.output(), "first: by-run here\n"));
  CHECK(count_of(box.errors(), "cannot write '/etc/container_environment") == 1);
  CHECK(count_of(box.errors(), "read-only file system") == 1);
}

TEST_CASE("K7 after a script the directory is the truth, but not about the user", "[system][K7]") {
  if (skipped()) return;
  Container box;
  box.variable("HOME", "/h")
      .variable("USER", "u")
      .variable("LOGNAME", "l")
      .variable("SHELL", "/s")
      .script("/etc/my_init.d/10_first", "echo /bin/own > /etc/container_environment/SHELL")
      .actor_main("say:ready until:never")
      .start();
  const auto ready = box.wait_event("main ready");
  CHECK(variable_of(box, ready, "HOME") == "/h");
  CHECK(variable_of(box, ready, "USER") == "u");
  CHECK(variable_of(box, ready, "LOGNAME") == "l");
  CHECK(variable_of(box, ready, "SHELL") == "/bin/own");
}

TEST_CASE("K8 the copies are for docker_env alone and are replaced as a whole", "[system][K8]") {
  if (skipped_without_root()) return;
  Container box;
  box.file("/etc/group", "root:x:0:\ndocker_env:x:8377:\n")
      .variable("VALUE", "old")
      .script("/etc/my_init.d/10_first", box.actor_line("first", "say:begun until:go") +
                                             "\necho new > /etc/container_environment/VALUE")
      .actor_main("say:ready until:never")
      .start();
  box.wait_event("first begun");
  const auto path = box.host_path("/etc/container_environment.sh");
  std::ifstream reader{path, std::ios::binary};
  const auto size = fs::file_size(path);
  box.open_gate("go");
  box.wait_event("main ready");
  std::ostringstream seen;
  seen << reader.rdbuf();
  CHECK(seen.str().size() == size);
  CHECK(has(seen.str(), "export VALUE='old'\n"));
  CHECK(has(text_at(box, "/etc/container_environment.sh"), "export VALUE='new'\n"));
  for (const auto* extension : {".sh", ".json"}) {
    CAPTURE(extension);
    struct stat status{};
    REQUIRE(::stat(box.host_path(kDirectory + std::string{extension}).c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0640);
    CHECK(status.st_uid == 0);
    CHECK(status.st_gid == 8377);
  }
}

TEST_CASE("K9 odd entries are skipped with one warning each", "[system][K9]") {
  if (skipped()) return;
  constexpr std::array kOdd{"DIRECTORY", "HAS=EQUALS", "NUL", "LOCKED", "FIFO"};
  Container box;
  box.file(entry("DIRECTORY/inner"), "x")
      .file(entry("HAS=EQUALS"), "x")
      .file(entry("NUL"), std::string("a\0b", 3))
      .file(entry("GOOD"), "good")
      .file(entry("LOCKED"), "x", 0)
      .script("/etc/my_init.d/10_first", "true")
      .actor_main("say:ready until:go exit:0");
  ::mkfifo(box.host_path(entry("FIFO")).c_str(), 0666);
  // Without the right of root to read everything.
  box.through({"/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"}).start();
  const auto ready = box.wait_event("main ready");
  CHECK(variable_of(box, ready, "GOOD") == "good");
  for (const auto* name : kOdd) {
    CAPTURE(name);
    CHECK(!variable_of(box, ready, name));
  }
  box.open_gate("go");
  CHECK(box.wait_exit().code == 0);
  for (const auto* name : kOdd) {
    CAPTURE(name);
    CHECK(count_of(box.errors(), "*** cannot read '" + entry(name) + "'") == 1);
  }
}

}  // namespace my_init::test
