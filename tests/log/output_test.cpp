#include "my_init/log/output.hpp"

#include <sys/socket.h>

#include "catch.hpp"
#include "pipe.hpp"

using namespace my_init;
using namespace my_init::log;

namespace {

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += std::to_string(1000000 + i) + '\n';
  return text;
}

}  // namespace

TEST_CASE("a stuck pipe does not hold an output up (G3)", "[log][output]") {
  Pipe pipe;
  Output output(pipe.writer.get());
  const std::string text = lines(20000);
  CHECK(output.write(text) == text.size());
  CHECK(output.blocked());
  CHECK(output.pending() == text.size() - 65536);
  CHECK(output.write_some("more\n") == 0);
  CHECK(output.write("last\n") == 5);
  std::string read;
  while (output.blocked()) {
    read += pipe.read_some();
    output.resume();
  }
  CHECK(output.pending() == 0);
  output.end();
  CHECK(read + pipe.read_all() == text + "last\n");
  // Nobody else who has the descriptor is surprised.
  CHECK((::fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("only the rest of a begun line is kept when asked so", "[log][output]") {
  Pipe pipe;
  Output output(pipe.writer.get());
  const std::string text = lines(20000);
  const std::size_t taken = output.write_some(text);
  CHECK(output.blocked());
  CHECK(taken == 65536);
  CHECK(output.pending() == 0);
  static_cast<void>(pipe.read(65536));
  output.resume();
  CHECK_FALSE(output.blocked());
  const std::string odd = std::string(65530, 'x') + "\n0123456789\nmore\n";
  CHECK(output.write_some(odd) == 65542);
  CHECK(output.pending() == 6);
}

TEST_CASE("a socket is written without waiting, too (G3)", "[log][output]") {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  Output output(writer.get());
  const std::string text = lines(200000);
  CHECK(output.write(text) == text.size());
  CHECK(output.blocked());
}

TEST_CASE("a pipe without a reader ends an output (G4)", "[log][output]") {
  Pipe pipe;
  Output output(pipe.writer.get());
  CHECK(output.write(lines(20000)) == 160000);
  pipe.reader.reset();
  output.resume();
  CHECK(output.ended());
  CHECK_FALSE(output.blocked());
  CHECK(output.write("a\n") == 0);
  CHECK(Output(-1).ended());
  Output closed(pipe.writer.get());
  CHECK(closed.write("a\n") == 0);
  CHECK(closed.ended());
}

TEST_CASE("the order is kept where both outputs have one reader", "[log][output]") {
  Pipe pipe;
  Pipe other;
  const UniqueFd copy(::fcntl(pipe.writer.get(), F_DUPFD_CLOEXEC, 0));
  CHECK(same_reader(pipe.writer.get(), copy.get()));
  CHECK_FALSE(same_reader(pipe.writer.get(), other.writer.get()));
  CHECK_FALSE(same_reader(pipe.writer.get(), -1));
}
