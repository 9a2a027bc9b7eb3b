#include "my_init/log/rotating_file.hpp"

#include <sys/resource.h>

#include "catch.hpp"
#include "directory.hpp"
#include "pipe.hpp"

using namespace my_init;
using namespace my_init::log;
using namespace std::chrono_literals;

namespace {

constexpr RotatingFile::Now kBegin{1000s};

/// No file may grow beyond `bytes` while this lives.
struct FileSizeLimit {
  explicit FileSizeLimit(rlim_t bytes) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{bytes, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  rlimit before{};
};

}  // namespace

TEST_CASE("a log file is created for its owner and group, and appended to", "[log][file]") {
  const Directory directory;
  CHECK(RotatingFile(directory.file("log"), {1000, 5}).write("a\n", kBegin) == 2);
  CHECK(RotatingFile(directory.file("log"), {1000, 5}).write("b\n", kBegin) == 2);
  CHECK(directory.text("log") == "a\nb\n");
  struct stat status{};
  REQUIRE(::stat(directory.file("log").c_str(), &status) == 0);
  CHECK((status.st_mode & 0137) == 0);
}

TEST_CASE("a full file is rotated between two lines (G8)", "[log][file]") {
  const Directory directory;
  RotatingFile file(directory.file("log"), {10, 3});
  CHECK(file.write("1234\n5678\n90\n", kBegin) == 13);
  CHECK(directory.text("log") == "90\n");
  CHECK(directory.text("log.1") == "1234\n5678\n");
  CHECK(file.take_rotated());
  CHECK_FALSE(file.take_rotated());
  CHECK(file.write("a line longer than a file\nx\n", kBegin) == 28);
  CHECK(directory.text("log.2") == "90\n");
  CHECK(directory.text("log.1") == "a line longer than a file\n");
  CHECK(directory.text("log") == "x\n");
  CHECK(directory.files() == 3);
}

TEST_CASE("one file in all begins anew (G8)", "[log][file]") {
  const Directory directory;
  RotatingFile file(directory.file("log"), {10, 1});
  CHECK(file.write("1234\n5678\n90\n", kBegin) == 13);
  CHECK(directory.text("log") == "90\n");
  CHECK(directory.files() == 1);
}

TEST_CASE("a missing directory loses lines until it is there (G8)", "[log][file]") {
  const Directory directory;
  RotatingFile file(directory.file("sub/log"), {1000, 5});
  CHECK(file.write("a\n", kBegin) == 0);
  CHECK(file.take_complaint(kBegin) ==
        "cannot write '" + directory.file("sub/log") + "': no such file or directory");
  std::filesystem::create_directory(directory.file("sub"));
  CHECK(file.write("b\n", kBegin + 1ms) == 0);
  CHECK(file.write("c\n", kBegin + 600ms) == 2);
  CHECK(directory.text("sub/log") == "c\n");
}

TEST_CASE("a removed file is noticed within a second (G8)", "[log][file]") {
  const Directory directory;
  RotatingFile file(directory.file("log"), {1000, 5});
  CHECK(file.write("a\n", kBegin) == 2);
  std::filesystem::remove(directory.file("log"));
  CHECK(file.write("b\n", kBegin + 1s) == 2);
  CHECK(directory.text("log") == "b\n");
}

TEST_CASE("one complaint a minute (G8)", "[log][file]") {
  const Directory directory;
  RotatingFile file(directory.file("sub/log"), {1000, 5});
  int complaints = 0;
  for (auto now = kBegin; now < kBegin + 150s; now += 250ms) {
    CHECK(file.write("a\n", now) == 0);
    complaints += file.take_complaint(now) ? 1 : 0;
  }
  CHECK(complaints == 3);
}

TEST_CASE("a full disk cuts no line in two, and is left again (G8)", "[log][file]") {
  const Pipe signals_blocked;
  const Directory directory;
  RotatingFile file(directory.file("log"), {1000, 5});
  {
    const FileSizeLimit limit(12);
    CHECK(file.write("1234\n", kBegin) == 5);
    CHECK(file.write("5678\n9012\n", kBegin) == 5);
    CHECK(directory.text("log") == "1234\n5678\n");
    CHECK(file.take_complaint(kBegin) ==
          "cannot write '" + directory.file("log") + "': file too large");
  }
  CHECK(file.write("next\n", kBegin + 500ms) == 5);
  CHECK(directory.text("log") == "1234\n5678\nnext\n");
}

TEST_CASE("a file moved away is written to until it is opened anew", "[log][file]") {
  const Directory directory;
  RotatingFile file(directory.file("log"), {1000, 5});
  CHECK(file.write("a\n", kBegin) == 2);
  std::filesystem::rename(directory.file("log"), directory.file("moved"));
  CHECK(file.write("b\n", kBegin + 10s) == 2);
  file.reopen();
  CHECK(file.write("c\n", kBegin + 10s) == 2);
  CHECK(directory.text("moved") == "a\nb\n");
  CHECK(directory.text("log") == "c\n");
}

TEST_CASE("neither a FIFO nor a device is taken for a log file", "[log][file]") {
  const Directory directory;
  const std::string fifo = directory.file("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  UniqueFd reader;
  for (int i = 0; i < 2; ++i) {
    RotatingFile file(fifo, {1000, 5});
    CHECK(file.write("a\n", kBegin) == 0);
    CHECK(file.take_complaint(kBegin) == "cannot write '" + fifo + "': not a regular file");
    reader.reset(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  }
  RotatingFile file("/dev/null", {1000, 5});
  CHECK(file.write("a\n", kBegin) == 0);
  CHECK(file.take_complaint(kBegin) == "cannot write '/dev/null': not a regular file");
}

TEST_CASE("a file that somebody has cut is not extended by an error", "[log][file]") {
  const Pipe signals_blocked;
  const Directory directory;
  RotatingFile file(directory.file("log"), {1000, 5});
  CHECK(file.write("1234\n", kBegin) == 5);
  std::filesystem::resize_file(directory.file("log"), 0);
  const FileSizeLimit limit(8);
  CHECK(file.write("5678\n9012\n", kBegin) == 5);
  CHECK(directory.text("log") == "5678\n");
}
