#include "my_init/log/rotation.hpp"

#include "catch.hpp"
#include "directory.hpp"

using namespace my_init;
using namespace my_init::log;

namespace {

void put(const Directory& directory, const std::string& name, const std::string& text) {
  std::ofstream(directory.file(name)) << text;
}

void rotate(const Directory& directory, Rotation& rotation, const std::string& text) {
  put(directory, "log", text);
  REQUIRE(rotation.shift());
}

void compress(const Rotation::Compression& files) {
  REQUIRE(::write(files.to.get(), "gz", 2) == 2);
}

}  // namespace

TEST_CASE("plain and compressed forms move up, the oldest goes (G8)", "[log][rotation]") {
  const Directory directory;
  Rotation rotation(directory.file("log"), 4);
  put(directory, "log.1", "1");
  put(directory, "log.2.gz", "2");
  put(directory, "log.3.gz", "3");
  put(directory, "log.4", "there were more files once");
  rotate(directory, rotation, "0");
  CHECK(directory.text("log.1") == "0");
  CHECK(directory.text("log.2") == "1");
  CHECK(directory.text("log.3.gz") == "2");
  CHECK(directory.files() == 3);
}

TEST_CASE("a compressed file takes its place wherever that is now", "[log][rotation]") {
  const Directory directory;
  Rotation rotation(directory.file("log"), 4);
  CHECK_FALSE(rotation.begin_compression());
  rotate(directory, rotation, "first");
  const auto files = rotation.begin_compression();
  REQUIRE(files);
  compress(*files);
  CHECK_FALSE(rotation.begin_compression());
  rotate(directory, rotation, "second");
  rotation.keep_compressed();
  CHECK(directory.text("log.2.gz") == "gz");
  CHECK(directory.text("log.1") == "second");
  CHECK(directory.files() == 2);
  CHECK(rotation.begin_compression());
}

TEST_CASE("a file that is gone before it is compressed leaves nothing", "[log][rotation]") {
  const Directory directory;
  Rotation rotation(directory.file("log"), 2);
  rotate(directory, rotation, "first");
  const auto files = rotation.begin_compression();
  REQUIRE(files);
  rotate(directory, rotation, "second");
  rotation.keep_compressed();
  CHECK(directory.text("log.1") == "second");
  CHECK(directory.files() == 1);
}

TEST_CASE("a rotation moves no file that has room below it", "[log][rotation]") {
  const Directory directory;
  Rotation rotation(directory.file("log"), 1000);
  put(directory, "log.1", "1");
  put(directory, "log.2.gz", "2");
  put(directory, "log.4", "4");
  rotate(directory, rotation, "0");
  CHECK(directory.text("log.1") == "0");
  CHECK(directory.text("log.2") == "1");
  CHECK(directory.text("log.3.gz") == "2");
  CHECK(directory.text("log.4") == "4");
  CHECK(directory.files() == 4);
}

TEST_CASE("a file that stays while it is compressed is compressed where it is", "[log][rotation]") {
  const Directory directory;
  Rotation rotation(directory.file("log"), 5);
  put(directory, "log.3", "3");
  const auto files = rotation.begin_compression();
  REQUIRE(files);
  compress(*files);
  rotate(directory, rotation, "0");
  rotation.keep_compressed();
  CHECK(directory.text("log.1") == "0");
  CHECK(directory.text("log.3.gz") == "gz");
  CHECK(directory.files() == 2);
}

TEST_CASE("a failed compression leaves the file as it is", "[log][rotation]") {
  const Directory directory;
  Rotation rotation(directory.file("log"), 3);
  rotate(directory, rotation, "first");
  const auto files = rotation.begin_compression();
  REQUIRE(files);
  rotation.drop_compressed();
  CHECK(directory.text("log.1") == "first");
  CHECK(directory.files() == 1);
}

TEST_CASE("what an earlier compression has left is not written to", "[log][rotation]") {
  const Directory directory;
  Rotation rotation(directory.file("log"), 3);
  put(directory, "other", "other");
  std::filesystem::create_hard_link(directory.file("other"), directory.file("log.gz.tmp"));
  rotate(directory, rotation, "first");
  const auto files = rotation.begin_compression();
  REQUIRE(files);
  compress(*files);
  rotation.keep_compressed();
  CHECK(directory.text("other") == "other");
  CHECK(directory.text("log.1.gz") == "gz");
}
