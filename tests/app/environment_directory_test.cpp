#include "my_init/app/environment_directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "temporary_directory.hpp"

using namespace my_init;
using namespace my_init::app;
using config::Environment;

namespace {

using Words = std::vector<std::string>;

/// A directory `env` for variables in a directory of its own, and the object under test.
struct World {
  World() { files.make("env"); }

  std::string write(std::string_view name, std::string_view value) const {
    return files.write("env/" + std::string(name), value, 0600);
  }
  [[nodiscard]] std::string read(std::string_view name) const {
    return files.read("env/" + std::string(name));
  }
  [[nodiscard]] bool has(std::string_view name) const {
    return files.has("env/" + std::string(name));
  }
  void remove(std::string_view name) const {
    REQUIRE(std::filesystem::remove(files / ("env/" + std::string(name))));
  }

  TemporaryDirectory files;
  EnvironmentDirectory directory{files / "env"};
};

/// As after the boot: imported and exported.
Environment boot(World& world, const Environment& ours) {
  const auto imported = world.directory.import(ours);
  CHECK(imported.warnings.empty());
  CHECK(world.directory.export_all(imported.environment).empty());
  return imported.environment;
}

Environment reloaded(World& world, const Environment& before) {
  const auto outcome = world.directory.reload(before);
  CHECK(outcome.warnings.empty());
  return outcome.environment;
}

/// What a shell says after reading our file.
std::string shell_says(const World& world, const std::string& command) {
  const std::string line = "unset A; . '" + (world.files / "env.sh") + "'; " + command;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(line.c_str(), "r"), ::pclose);
  REQUIRE(pipe);
  std::string text;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    text += static_cast<char>(c);
  }
  return text;
}

/// Acts as an ordinary user while it lives, so that modes count also when the tests run as root.
struct OrdinaryUser {
  OrdinaryUser() {
    if (before == 0) CHECK(::seteuid(65534) == 0);
  }
  ~OrdinaryUser() {
    if (before == 0) CHECK(::seteuid(0) == 0);
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;
  uid_t before = ::geteuid();
};

}  // namespace

TEST_CASE("E1 K7 at boot the directory adds what is not set", "[app][environment]") {
  World world;
  world.write("B", "from file\n");
  world.write("A", "from file");
  world.write("LINES", "1\n2\n\n");
  world.write("EMPTY", "");
  world.write("NEWLINE", "\n");
  const auto imported = world.directory.import({{"A", "from docker"}, {"A", "again"}, {"Z", ""}});
  CHECK(imported.warnings.empty());
  CHECK(imported.environment == Environment{{"A", "from docker"},
                                            {"Z", ""},
                                            {"B", "from file"},
                                            {"EMPTY", ""},
                                            {"LINES", "1\n2\n"},
                                            {"NEWLINE", ""}});
}

TEST_CASE("E1 then all variables are written, and the copies", "[app][environment]") {
  World world;
  world.write("FILE", "x\n");
  boot(world, {{"FILE", "wins"},
               {"HOME", "/root"},
               {"USER", "u"},
               {"GROUP", "g"},
               {"UID", "0"},
               {"GID", "0"},
               {"SHELL", "/bin/sh"},
               {"LOGNAME", "l"},
               {"a-b", "1"}});
  CHECK(world.read("FILE") == "wins");
  CHECK(world.read("LOGNAME") == "l");
  CHECK(world.read("a-b") == "1");
  for (const char* name : {"HOME", "USER", "GROUP", "UID", "GID", "SHELL"}) {
    CHECK_FALSE(world.has(name));
  }
  CHECK(world.files.read("env.sh") == "export FILE='wins'\nexport LOGNAME='l'\n");
  CHECK(world.files.read("env.json").starts_with(R"({"FILE": "wins", "HOME": "/root", )"));
}

TEST_CASE("K8 the copies are for the group alone", "[app][environment]") {
  const TemporaryDirectory files;
  EnvironmentDirectory directory(files.make("env"), ::getegid());
  CHECK(directory.export_all({{"A", "1"}}).empty());
  for (const char* name : {"env.sh", "env.json", "env/A"}) {
    struct stat status{};
    REQUIRE(::stat((files / name).c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
    CHECK(status.st_gid == ::getegid());
  }
}

TEST_CASE("E3 values come back byte for byte", "[app][environment]") {
  World world;
  const Environment ours{{"LINES", "1\n2\n"},
                         {"NEWLINE", "\n"},
                         {"BYTES", "\xFF\xFE'\"$`\\"},
                         {"EMPTY", ""},
                         {"LONG", std::string(100'000, 'x')},
                         {"a.b-c", "odd"},
                         {"LONGEST", std::string(131072 - 9, 'x')}};
  CHECK(boot(world, ours) == ours);
  CHECK(reloaded(world, ours) == ours);
  CHECK(shell_says(world, "printf '%s' \"$BYTES\"") == "\xFF\xFE'\"$`\\");
  CHECK(shell_says(world, "printf '%s.' \"$LINES\"") == "1\n2\n.");
  CHECK(shell_says(world, "printf '%s' \"${#LONG}\"") == "100000");
}

TEST_CASE("E2 after a script the directory is the truth", "[app][environment]") {
  World world;
  world.write("OLD", "x");
  const Environment before = boot(world, {{"A", "1"}, {"B", "2"}, {"C", "3"}});
  world.write("A", "changed\n");
  world.remove("B");
  world.remove("OLD");
  world.write("NEW", "4");
  const Environment after = reloaded(world, before);
  CHECK(after == Environment{{"A", "changed"}, {"C", "3"}, {"NEW", "4"}});
  CHECK(world.files.read("env.sh") == "export A='changed'\nexport C='3'\nexport NEW='4'\n");
  CHECK(world.files.read("env.json") == "{\"A\": \"changed\", \"C\": \"3\", \"NEW\": \"4\"}\n");
  world.remove("NEW");
  CHECK(reloaded(world, after) == Environment{{"A", "changed"}, {"C", "3"}});
}

TEST_CASE("K7 what is about a user stays unless a file says otherwise", "[app][environment]") {
  World world;
  const Environment ours{{"HOME", "/root"}, {"USER", "u"},  {"GROUP", "g"},  {"UID", "0"},
                         {"GID", "0"},      {"SHELL", "s"}, {"LOGNAME", "l"}};
  const Environment before = boot(world, ours);
  world.remove("LOGNAME");
  CHECK(reloaded(world, before) == ours);
  world.write("HOME", "/app");
  const Environment after = reloaded(world, before);
  CHECK(after[0] == std::pair<std::string, std::string>("HOME", "/app"));
  CHECK(after.size() == ours.size());
}

TEST_CASE("E4 a directory that is not there is not made, and nothing is said",
          "[app][environment]") {
  const TemporaryDirectory files;
  EnvironmentDirectory directory(files / "env");
  const Environment ours{{"A", "1"}};
  CHECK(directory.import(ours).environment == ours);
  CHECK(directory.export_all(ours).empty());
  const auto after = directory.reload(ours);
  CHECK(after.environment == ours);
  CHECK(after.warnings.empty());
  CHECK(std::filesystem::is_empty(files / ""));
}

TEST_CASE("a directory that a script removes changes nothing", "[app][environment]") {
  World world;
  const Environment before = boot(world, {{"A", "1"}});
  std::filesystem::remove_all(world.files / "env");
  CHECK(reloaded(world, before) == before);
}

TEST_CASE("E4 a directory that is not writable is one warning", "[app][environment]") {
  World world;
  world.write("FILE", "from file");
  world.write("OVER", "from file");
  for (const char* name : {"FILE", "OVER"}) {
    REQUIRE(::chmod((world.files / ("env/" + std::string(name))).c_str(), 0444) == 0);
  }
  REQUIRE(::chmod((world.files / "env").c_str(), 0555) == 0);
  REQUIRE(::chmod((world.files / "").c_str(), 0555) == 0);
  {
    const OrdinaryUser user;
    const Environment ours{{"OVER", "from docker"}, {"A", "1"}, {"B", "2"}};
    const auto imported = world.directory.import(ours);
    CHECK(imported.warnings.empty());
    const Environment expected{
        {"OVER", "from docker"}, {"A", "1"}, {"B", "2"}, {"FILE", "from file"}};
    CHECK(imported.environment == expected);
    CHECK(world.directory.export_all(expected) ==
          Words{"cannot write '" + (world.files / "env/OVER") + "': permission denied"});
    CHECK(reloaded(world, expected) == expected);
    CHECK(world.directory.export_all(expected).empty());
  }
  REQUIRE(::chmod((world.files / "").c_str(), 0755) == 0);
  REQUIRE(::chmod((world.files / "env").c_str(), 0755) == 0);
}

TEST_CASE("a script can still change a file that could not be written", "[app][environment]") {
  World world;
  world.files.write("target", "old");
  REQUIRE(::symlink("../target", (world.files / "env/LINK").c_str()) == 0);
  const Environment ours{{"LINK", "ours"}};
  CHECK(world.directory.import(ours).environment == ours);
  CHECK(world.directory.export_all(ours) ==
        Words{"cannot write '" + (world.files / "env/LINK") + "': it is a symbolic link"});
  CHECK(reloaded(world, ours) == ours);
  world.files.write("target", "new");
  CHECK(reloaded(world, ours) == Environment{{"LINK", "new"}});
}

TEST_CASE("K9 odd entries are skipped with one warning each", "[app][environment]") {
  World world;
  world.files.make("env/DIRECTORY");
  REQUIRE(::mkfifo((world.files / "env/FIFO").c_str(), 0666) == 0);
  world.write("A=B", "x");
  world.write("NUL", std::string_view("a\0b", 3));
  world.write("TOO_LONG", std::string(131072 - 9, 'x'));
  REQUIRE(::symlink("/nonexistent", (world.files / "env/DANGLING").c_str()) == 0);
  world.write("GOOD", "1");
  const std::string in = "cannot read '" + (world.files / "env/");
  const Words expected{in + "A=B': a variable's name has no '='", in + "DIRECTORY': is a directory",
                       in + "FIFO': not a regular file", in + "NUL': it contains a NUL byte",
                       in + "TOO_LONG': larger than a variable can be"};
  const auto imported = world.directory.import({});
  CHECK(imported.warnings == expected);
  CHECK(imported.environment == Environment{{"GOOD", "1"}});
  CHECK(reloaded(world, imported.environment) == imported.environment);
}

TEST_CASE("K9 an unreadable file is skipped and its variable stays", "[app][environment]") {
  World world;
  const Environment before = boot(world, {{"A", "1"}});
  REQUIRE(::chmod((world.files / "").c_str(), 0755) == 0);
  REQUIRE(::chmod((world.files / "env").c_str(), 0755) == 0);
  REQUIRE(::chmod((world.files / "env/A").c_str(), 0000) == 0);
  const OrdinaryUser user;
  const auto after = world.directory.reload(before);
  CHECK(after.environment == before);
  REQUIRE_FALSE(after.warnings.empty());
  CHECK(after.warnings[0] == "cannot read '" + (world.files / "env/A") + "': permission denied");
}

TEST_CASE("what is no directory, and names no file can have, give warnings", "[app][environment]") {
  World world;
  CHECK(world.directory.export_all({{"a/b", "1"}, {"..", "2"}, {"A", "3"}}) ==
        Words{"cannot write variable 'a/b': a file cannot have this name",
              "cannot write variable '..': a file cannot have this name"});
  CHECK(world.read("A") == "3");
  CHECK(reloaded(world, {{"a/b", "1"}, {"A", "3"}}) == Environment{{"a/b", "1"}, {"A", "3"}});
  EnvironmentDirectory file(world.files.write("file", ""));
  CHECK(file.import({}).warnings ==
        Words{"cannot read '" + (world.files / "file") + "': not a directory"});
  CHECK(file.export_all({{"A", "1"}}).empty());
}

TEST_CASE("what is there already is not written again", "[app][environment]") {
  World world;
  boot(world, {{"A", "1"}});
  world.write("A", "1\n");  // the same value, though not the bytes that we would write
  const auto links = [&](const char* name) {
    struct stat status{};
    REQUIRE(::stat((world.files / name).c_str(), &status) == 0);
    return status.st_ino;
  };
  const auto shell = links("env.sh");
  const auto json = links("env.json");
  boot(world, {{"A", "1"}});
  CHECK(world.read("A") == "1\n");
  CHECK(links("env.sh") == shell);
  CHECK(links("env.json") == json);
}
