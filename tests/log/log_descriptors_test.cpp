// Which descriptors the log thread keeps and watches.

#include "catch.hpp"
#include "descriptors.hpp"
#include "my_init/log/log_thread.hpp"
#include "pipe.hpp"

using namespace my_init;
using namespace my_init::log;
using namespace std::chrono_literals;

namespace {

constexpr LoggedService kWeb{0};

/// The log thread with a pipe for each output, and one service.
struct Fixture {
  Fixture() {
    LoggedOutput output;
    output.name = "web";
    output.settings.format = OutputFormat::raw;
    thread.set_service(kWeb, std::move(output));
    thread.submit();
  }
  [[nodiscard]] RunPipes open(std::uint64_t run) {
    // value(): g++ 12 sees a wrong delete in the destruction of a Result that is looked at.
    RunPipes pipes = thread.open_run(kWeb, RunId{run}, 0, 0).value();
    thread.submit();
    return pipes;
  }
  /// After two flushes the thread has looked at all that was there before them.
  void settle() {
    for (int i = 0; i < 2; ++i) static_cast<void>(thread.flush(20s));
  }

  Pipe out;
  Pipe err;
  LogThread thread{{out.writer.get(), err.writer.get()}};
};

}  // namespace

TEST_CASE("a run that ends is not watched while a child has its pipes", "[log][thread]") {
  Fixture log;
  log.settle();
  const std::size_t before = watched_descriptors();
  std::vector<UniqueFd> copies;
  for (std::uint64_t run = 1; run <= 100; ++run) {
    const RunPipes pipes = log.open(run);
    copies.push_back(copy_of_reader(pipes.out));
    copies.push_back(copy_of_reader(pipes.err));
  }
  log.settle();
  CHECK(watched_descriptors() == before);
  CHECK(copies.size() == 200);
}
