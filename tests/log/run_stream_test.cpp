#include "my_init/log/run_stream.hpp"

#include "catch.hpp"
#include "my_init/log/block.hpp"
#include "pipe.hpp"

using namespace my_init;
using namespace my_init::log;

namespace {

struct Fixture {
  Fixture() {
    ::fcntl(pipe.reader.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(pipe.writer.get(), F_SETPIPE_SZ, 1 << 20);
    stream = RunStream(UniqueFd(pipe.reader.release()));
  }
  std::string read() { return std::string(stream.read(buffer).lines); }
  void write(std::string_view text) const {
    REQUIRE(::write(pipe.writer.get(), text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
  }

  Pipe pipe;
  ReadBuffer buffer;
  RunStream stream;
};

}  // namespace

TEST_CASE("a line comes when it is whole", "[log][run_stream]") {
  Fixture run;
  CHECK_FALSE(run.stream.read(run.buffer).at_end);
  CHECK(run.read().empty());
  run.write("a\nb");
  CHECK(run.stream.readable() == 3);
  CHECK(run.read() == "a\n");
  run.write("c");
  CHECK(run.read().empty());
  run.write("d\n\ne");
  CHECK(run.read() == "bcd\n\n");
  CHECK(run.stream.complete_line() == "e\n");
  CHECK(run.stream.complete_line().empty());
}

TEST_CASE("the last line stays until it is asked for", "[log][run_stream]") {
  Fixture run;
  run.write("a\nb");
  run.pipe.writer.reset();
  CHECK(run.read() == "a\n");
  const RunStream::Read last = run.stream.read(run.buffer);
  CHECK(last.at_end);
  CHECK(last.lines.empty());
  CHECK(run.stream.is_open());
  run.stream.close();
  CHECK(run.stream.readable() == 0);
  CHECK(run.stream.complete_line() == "b\n");
}

TEST_CASE("a line longer than 64 KiB is split there (G5)", "[log][run_stream]") {
  for (const std::size_t length :
       {kMaxLine - 1, kMaxLine, kMaxLine + 1, 2 * kMaxLine, 3 * kMaxLine + 5, kReadSize,
        kReadSize + kMaxLine, 2 * kReadSize + 5}) {
    CAPTURE(length);
    Fixture run;
    run.write(std::string(10, 'y'));
    CHECK(run.read().empty());
    run.write(std::string(length - 10, 'x') + "\nz\n");
    run.pipe.writer.reset();
    std::string all;
    for (RunStream::Read read; !read.at_end; all += read.lines) read = run.stream.read(run.buffer);
    all += run.stream.complete_line();
    std::size_t bytes = 0;
    for (std::string_view rest = all; !rest.empty();) {
      const std::string_view line = first_line(rest);
      CHECK(line.size() <= kMaxLine + 1);
      bytes += line.size() - 1;
      rest.remove_prefix(line.size());
    }
    CHECK(bytes == length + 1);
    CHECK(count_lines(all) == (length + kMaxLine - 1) / kMaxLine + 1);
    CHECK(all.ends_with("x\nz\n"));
  }
}

TEST_CASE("lines before and after one that is too long are left alone (G5)", "[log][run_stream]") {
  Fixture run;
  const std::string many(1000, '\n');
  const std::string longest = std::string(kMaxLine, 'x') + '\n';
  const std::string too_long = std::string(kMaxLine, 'y') + "z\n";
  run.write(many + longest + too_long + longest + many);
  const std::string split = std::string(kMaxLine, 'y') + "\nz\n";
  CHECK(run.read() == many + longest + split + longest + many);
}

TEST_CASE("a trimmed buffer can be read into again", "[log][run_stream]") {
  Fixture run;
  run.buffer.trim();
  const std::string text = std::string(100, 'x') + '\n';
  for (int i = 0; i < 3; ++i) {
    std::string all;
    while (all.size() < 2 * kMaxLine) all += text;
    run.write(all);
    CHECK(run.read() == all);
    run.buffer.trim();
  }
}

TEST_CASE("a pipe's capacity changes while there are bytes in it", "[log][run_stream]") {
  Fixture run;
  CHECK(run.stream.resize(kMaxLine) == kMaxLine);
  run.write(std::string(kMaxLine, '\n'));
  CHECK(run.stream.resize(4 * kMaxLine) == 4 * kMaxLine);
  run.write(std::string(kMaxLine, '\n'));
  CHECK(run.stream.resize(kMaxLine) == 4 * kMaxLine);  // it holds too much
  CHECK(run.read().size() == 2 * kMaxLine);
  CHECK(run.stream.resize(kMaxLine) == kMaxLine);
}
