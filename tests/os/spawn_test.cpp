#include "my_init/os/spawn.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "catch.hpp"
#include "fixture.hpp"
#include "temporary_directory.hpp"

namespace my_init::os {

namespace {

/// The path of a new file in `directory`.
std::string write_file(const TemporaryDirectory& directory, const std::string& name,
                       const std::string& text, mode_t mode) {
  std::string path = directory.file(name);
  std::ofstream(path) << text;
  ::chmod(path.c_str(), mode);
  return path;
}

/// Runs the candidates and returns how exec failed; the child's exit is seen, too.
SpawnFailure failure_of(const std::vector<std::string>& candidates) {
  Family family;
  Command command({"program"});
  command.set_candidates(candidates);
  family.spawn(command);
  const std::optional<SpawnFailure> failure = family.failure();
  CHECK(family.exit().status == ExitStatus::exited(127));
  REQUIRE(failure);
  CHECK(failure->step == SpawnStep::exec);
  return *failure;
}

}  // namespace

TEST_CASE("candidates are the paths that execvp would try", "[os][spawn]") {
  using Paths = std::vector<std::string>;
  CHECK(executable_candidates("./run", "/bin") == Paths{"./run"});
  CHECK(executable_candidates("run", "/a:/b") == Paths{"/a/run", "/b/run"});
  CHECK(executable_candidates("run", ":/b:") == Paths{"./run", "/b/run", "./run"});
  CHECK(executable_candidates("run", "").front() == "/usr/local/sbin/run");
}

TEST_CASE("a program that cannot be executed is reported with its errno", "[os][spawn]") {
  const TemporaryDirectory directory;
  CHECK(failure_of({directory.file("missing")}).number == ENOENT);
  CHECK(failure_of({write_file(directory, "text", "x", 0644)}).number == EACCES);
  CHECK(failure_of({write_file(directory, "script", "#!/no/shell\n", 0755)}).number == ENOENT);
  CHECK(failure_of({write_file(directory, "plain", "echo no #!\n", 0755)}).number == ENOEXEC);
  const std::string busy = write_file(directory, "busy", "#!/bin/sh\n", 0755);
  const UniqueFd writer(::open(busy.c_str(), O_WRONLY | O_CLOEXEC));
  CHECK(failure_of({busy}).number == ETXTBSY);
}

TEST_CASE("a file that may not be executed is reported before one that is missing", "[os][spawn]") {
  const TemporaryDirectory directory;
  const std::string forbidden = write_file(directory, "text", "x", 0644);
  const SpawnFailure failure = failure_of(
      {directory.file("missing"), forbidden, directory.file("missing"), forbidden + "/below"});
  CHECK(failure.number == EACCES);
  CHECK(failure.item == 1);
}

TEST_CASE("the first candidate that can be executed is", "[os][spawn]") {
  const TemporaryDirectory directory;
  Command command({"sh", "-c", "echo $0", "done"});
  command.set_candidates(
      {directory.file("missing"), write_file(directory, "text", "x", 0644), "/bin/sh"});
  CHECK(output_of(std::move(command)) == "done\n");
}

TEST_CASE("a step before exec is reported by its name and nothing runs", "[os][spawn]") {
  Family family;
  Command command = Command::shell("exit 0");
  command.plan.working_directory = "/no/such/directory";
  family.spawn(command);
  const std::optional<SpawnFailure> failure = family.failure();
  REQUIRE(failure);
  CHECK(failure->step == SpawnStep::working_directory);
  CHECK(failure->number == ENOENT);
  CHECK(describe(*failure, command.plan) == "change to working directory");
  CHECK(family.exit().status == ExitStatus::exited(127));
}

TEST_CASE("a child sees its three standard descriptors and no other", "[os][spawn]") {
  const UniqueFd leaked(::dup(0));  // without close-on-exec
  // The fourth is the one that the shell lists the directory with.
  CHECK(output_of(Command::shell("echo /proc/self/fd/*")) ==
        "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3\n");
}

TEST_CASE("standard streams may be given crosswise", "[os][spawn]") {
  Pipe output;
  Pipe error;
  Family family;
  Command command = Command::shell("echo out; echo err >&2; exec 1>&- 2>&-");
  const UniqueFd old_output(::fcntl(1, F_DUPFD_CLOEXEC, 3));
  const UniqueFd old_error(::fcntl(2, F_DUPFD_CLOEXEC, 3));
  ::dup3(output.write_end.get(), 2, O_CLOEXEC);
  ::dup3(error.write_end.get(), 1, O_CLOEXEC);
  command.plan.standard_output = 2;
  command.plan.standard_error = 1;
  family.spawn(command);
  ::dup2(old_output.get(), 1);
  ::dup2(old_error.get(), 2);
  CHECK(read_all(output) == "out\n");
  CHECK(read_all(error) == "err\n");
}

TEST_CASE("a child starts with no signal blocked or ignored", "[os][spawn]") {
  CHECK(output_of(Command({"/bin/grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"})) ==
        "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("a child leads a session, or a group in ours", "[os][spawn]") {
  const char* script =
      "read pid comm state parent group session rest </proc/self/stat;"
      "echo $((pid == group)) $session $pid";
  Command command = Command::shell(script);
  std::string text = output_of(command);
  const std::string pid = text.substr(text.rfind(' ') + 1);
  CHECK(text == "1 " + pid.substr(0, pid.size() - 1) + " " + pid);
  Command grouped = Command::shell(script);
  grouped.plan.session = SpawnSession::own_group;
  text = output_of(std::move(grouped));
  CHECK(text.starts_with("1 " + std::to_string(::getsid(0)) + " "));
}

TEST_CASE("working directory, umask and environment are those of the plan", "[os][spawn]") {
  Command command = Command::shell("pwd; umask; echo $A; /usr/bin/env | /usr/bin/wc -l");
  command.plan.working_directory = "/usr";
  command.plan.umask = 027;
  command.set_environment({"A=b c"});
  CHECK(output_of(std::move(command)).starts_with("/usr\n0027\nb c\n"));
}

}  // namespace my_init::os
