#include "my_init/app/startup_files.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "temporary_directory.hpp"

using namespace my_init;
using namespace my_init::app;

namespace {

using Words = std::vector<std::string>;

/// Tries to execute a file, and explains the errno that really comes.
std::string explain_for_real(std::string path) {
  const std::array<char*, 2> words{path.data(), nullptr};
  pid_t child = 0;
  const int number = ::posix_spawn(&child, path.c_str(), nullptr, nullptr, words.data(), nullptr);
  if (number == 0) ::waitpid(child, nullptr, 0);
  REQUIRE(number != 0);
  return explain_exec_failure(path, number);
}

}  // namespace

TEST_CASE("K5 executables are listed in byte order, hidden ones and any extension too",
          "[app][startup_files]") {
  const TemporaryDirectory directory;
  for (const char* name : {"b", "10_x.sh", "9", ".hidden", "B", "a~", "\xC3\xA9", "with space"}) {
    directory.write(name, "#!/bin/sh\n", 0755);
  }
  const StartupFiles files = list_startup_files(directory / "");
  CHECK(files.warnings.empty());
  Words names;
  for (const std::string& path : files.paths) names.push_back(path.substr(path.rfind('/') + 1));
  CHECK(names == Words{".hidden", "10_x.sh", "9", "B", "a~", "b", "with space", "\xC3\xA9"});
}

TEST_CASE("K5 directories, dangling links, FIFOs and plain files are skipped",
          "[app][startup_files]") {
  const TemporaryDirectory directory;
  directory.make("directory");
  directory.write("README", "not a script\n");
  directory.write("empty", "");
  REQUIRE(::symlink("/nonexistent", (directory / "dangling").c_str()) == 0);
  REQUIRE(::symlink("loop", (directory / "loop").c_str()) == 0);
  REQUIRE(::mkfifo((directory / "fifo").c_str(), 0777) == 0);
  CHECK(list_startup_files(directory / ".") == StartupFiles{});
}

TEST_CASE("K5 a link runs under its own name", "[app][startup_files]") {
  const TemporaryDirectory directory;
  const std::string real = directory.write("real", "#!/bin/sh\n", 0755);
  const std::string scripts = directory.make("scripts");
  REQUIRE(::symlink(real.c_str(), (scripts + "/link").c_str()) == 0);
  CHECK(list_startup_files(scripts).paths == Words{scripts + "/link"});
}

TEST_CASE("K5 a script without the x bit is left out with a warning", "[app][startup_files]") {
  const TemporaryDirectory directory;
  const std::string scripts = directory.make("scripts");
  directory.write("scripts/10_x", "#!/bin/sh\n");
  const StartupFiles files = list_startup_files(scripts);
  CHECK(files.paths.empty());
  CHECK(files.warnings == Words{"cannot run '" + scripts +
                                "/10_x': it begins with #! but is not executable (chmod +x)"});
}

TEST_CASE("a directory of start-up files that is not there is empty", "[app][startup_files]") {
  const TemporaryDirectory directory;
  CHECK(list_startup_files(directory / "nothing") == StartupFiles{});
}

TEST_CASE("a directory of start-up files that is none gives a warning", "[app][startup_files]") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("file", "");
  CHECK(list_startup_files(file).warnings == Words{"cannot read '" + file + "': not a directory"});
}

TEST_CASE("rc.local is run when it is executable", "[app][startup_files]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "rc.local";
  CHECK(startup_file(path) == StartupFiles{});
  directory.write("rc.local", "exit 0\n", 0644);
  CHECK(startup_file(path) == StartupFiles{});
  directory.write("rc.local", "#!/bin/sh\n", 0644);
  CHECK(startup_file(path).warnings.size() == 1);
  directory.write("rc.local", "#!/bin/sh\n", 0755);
  CHECK(startup_file(path) == StartupFiles{{path}, {}});
}

TEST_CASE("K5 a missing #! line is named", "[app][startup_files]") {
  const TemporaryDirectory directory;
  CHECK(explain_for_real(directory.write("a", "echo hello\n", 0755)) ==
        "it has no #! line, such as #!/bin/sh");
  CHECK(explain_for_real(directory.write("b", "", 0755)) == "it is empty");
  CHECK(explain_for_real(directory.write("c", "\xEF\xBB\xBF#!/bin/sh\n", 0755)) ==
        "it begins with a byte order mark, not with #!");
  CHECK(explain_for_real(directory.write("d", "#!\n", 0755)) == "its #! line names no interpreter");
  CHECK(explain_for_real(directory.write("e", "#!   \necho\n", 0755)) ==
        "its #! line names no interpreter");
}

TEST_CASE("K5 a CR LF behind the interpreter is named", "[app][startup_files]") {
  const TemporaryDirectory directory;
  CHECK(explain_for_real(directory.write("a", "#!/bin/sh\r\necho\r\n", 0755)) ==
        "its #! line ends in CR LF (a Windows line end), so that '/bin/sh\\r' is looked for");
}

TEST_CASE("K5 a missing interpreter is named", "[app][startup_files]") {
  const TemporaryDirectory directory;
  CHECK(explain_for_real(directory.write("a", "#!/nonexistent/bash -e\n", 0755)) ==
        "its interpreter '/nonexistent/bash' does not exist");
  CHECK(explain_for_real(directory.write("b", "#! \t/nonexistent/bash", 0755)) ==
        "its interpreter '/nonexistent/bash' does not exist");
  CHECK(explain_for_real(directory.write("c", "#!/etc/passwd\n", 0755)) ==
        "its interpreter '/etc/passwd' cannot be run: permission denied");
  CHECK(explain_for_real(directory.write("d", "#!/etc/passwd/sh\n", 0755)) ==
        "its interpreter '/etc/passwd/sh' cannot be run: not a directory");
}

TEST_CASE("V9 a program that cannot be executed says why", "[app][startup_files]") {
  const TemporaryDirectory directory;
  CHECK(explain_for_real(directory / "nothing") == "no such file or directory");
  CHECK(explain_for_real(directory.write("plain", "#!/bin/sh\n")) == "permission denied");
  CHECK(explain_for_real(directory.make("directory")) == "it is a directory");
  CHECK(explain_for_real(directory.write("elf",
                                         "\x7F"
                                         "ELF and nothing more",
                                         0755)) == "it is a program for another kind of machine");
  const std::string busy = directory.write("busy", "#!/bin/sh\n", 0755);
  CHECK(explain_exec_failure(busy, ETXTBSY) == "text file busy");
  CHECK(explain_exec_failure(busy, ENOENT) == "no such file or directory");
  CHECK(explain_exec_failure(busy, EACCES) == "permission denied");
  const std::string elf = directory.write("program",
                                          "\x7F"
                                          "ELF",
                                          0755);
  CHECK(explain_exec_failure(elf, ENOENT) ==
        "the program loader that it names does not exist (made for another C library?)");
}
