#include "my_init/app/small_file.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "temporary_directory.hpp"

using namespace my_init;
using namespace my_init::app;

namespace {

std::string error_of(const auto& result) {
  return result ? "no error" : result.error().message;
}

mode_t mode_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a file is read up to its limit", "[app][small_file]") {
  const TemporaryDirectory directory;
  const std::string content(10000, 'x');
  const std::string path = directory.write("file", content);
  CHECK(read_small_file(path, 10000) == content);
  CHECK(error_of(read_small_file(path, 9999)) ==
        "cannot read '" + path + "': larger than 9999 bytes");
  CHECK(read_beginning(path, 3) == std::string("xxx"));
  CHECK(read_beginning(path, 20000) == content);
}

TEST_CASE("only regular files are read, and nothing blocks", "[app][small_file]") {
  const TemporaryDirectory directory;
  const std::string fifo = directory / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(error_of(read_small_file(fifo, 10)) == "cannot read '" + fifo + "': not a regular file");
  const std::string made = directory.make("directory");
  CHECK(error_of(read_small_file(made, 10)) == "cannot read '" + made + "': is a directory");
  const std::string none = directory / "none";
  CHECK(error_of(read_small_file(none, 10)) ==
        "cannot read '" + none + "': no such file or directory");
}

TEST_CASE("a new file is for its readers only", "[app][small_file]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "a";
  REQUIRE(write_file(path, "secret", {}));
  CHECK(directory.read("a") == "secret");
  CHECK(mode_of(path) == 0600);
  REQUIRE(write_file(directory / "b", "secret", {::getegid()}));
  CHECK(mode_of(directory / "b") == 0640);
}

TEST_CASE("a file that exists keeps its mode when it is written", "[app][small_file]") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("a", "a longer text", 0644);
  REQUIRE(write_file(path, "x", {}));
  CHECK(directory.read("a") == "x");
  CHECK(mode_of(path) == 0644);
}

TEST_CASE("a link is never written through", "[app][small_file]") {
  const TemporaryDirectory directory;
  directory.write("target", "old");
  const std::string link = directory / "link";
  REQUIRE(::symlink("target", link.c_str()) == 0);
  CHECK(error_of(write_file(link, "new", {})) ==
        "cannot write '" + link + "': it is a symbolic link");
  CHECK(directory.read("target") == "old");
}

TEST_CASE("what cannot be written to its end is removed", "[app][small_file]") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("a", "old");
  // A limit cuts the write as a full disk does; its signal would end us.
  const auto before_signal = ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit small{2, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto done = write_file(path, "new text", {});
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  ::signal(SIGXFSZ, before_signal);
  CHECK(error_of(done) == "cannot write '" + path + "': file too large");
  CHECK_FALSE(directory.has("a"));
}

TEST_CASE("a directory is not written", "[app][small_file]") {
  const TemporaryDirectory directory;
  const std::string path = directory.make("directory");
  CHECK(error_of(write_file(path, "x", {})) == "cannot write '" + path + "': is a directory");
}

TEST_CASE("replacing leaves the new content and the old mode, and no draft", "[app][small_file]") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("a.sh", "old", 0644);
  directory.write("a.sh.new", "left by a start that was killed", 0400);
  REQUIRE(replace_file(path, "new", {::getegid()}));
  CHECK(directory.read("a.sh") == "new");
  CHECK(mode_of(path) == 0644);
  CHECK_FALSE(directory.has("a.sh.new"));
  REQUIRE(replace_file(directory / "b.sh", "new", {::getegid()}));
  CHECK(mode_of(directory / "b.sh") == 0640);
}

TEST_CASE("replacing a directory fails and leaves no draft", "[app][small_file]") {
  const TemporaryDirectory directory;
  const std::string path = directory.make("a.sh");
  CHECK(error_of(replace_file(path, "new", {})) == "cannot write '" + path + "': is a directory");
  CHECK_FALSE(directory.has("a.sh.new"));
}

TEST_CASE("a file is up to date with the same content", "[app][small_file]") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("a", "text", 0600);
  CHECK(is_up_to_date(path, "text"));
  CHECK_FALSE(is_up_to_date(path, "tex"));
  CHECK_FALSE(is_up_to_date(path, "texT"));
  CHECK_FALSE(is_up_to_date(directory / "b", ""));
  CHECK_FALSE(is_up_to_date(directory / "", ""));
}
