// Which descriptors the log thread keeps and watches.

#include <sys/stat.h>

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
    for (int i = 0; i < 2; ++i) REQUIRE(thread.flush(20s));
  }

  /// A run that writes so many bytes, in lines of 100, and ends.
  void run(std::uint64_t id, std::size_t bytes) {
    RunPipes pipes = open(id);
    std::string text(bytes, 'x');
    for (std::size_t end = 99; end < bytes; end += 100) text[end] = '\n';
    REQUIRE(::write(pipes.out.get(), text.data(), bytes) == static_cast<ssize_t>(bytes));
    pipes = {};
    thread.finish_run(RunId{id});
    thread.submit();
  }
  /// Returns when this process has so many descriptors.
  void wait_for(std::size_t descriptors) {
    while (open_descriptors().size() != descriptors) static_cast<void>(thread.flush(1ms));
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

TEST_CASE("a run that ends keeps no descriptor while stdout is stuck (G3)", "[log][thread]") {
  Fixture log;
  log.settle();
  const std::size_t before = open_descriptors().size();
  for (std::uint64_t run = 1; run <= 4; ++run) log.run(run, 60000);
  log.wait_for(before);
  for (std::uint64_t run = 5; run <= 60; ++run) log.run(run, 100);
  log.wait_for(before);
  CHECK(log.out.read(4 * 60000 + 56 * 100).ends_with("x\n"));
  log.settle();
  CHECK(log.thread.counters(kWeb) == OutputCounters{2456, 245600, 0, 0});
}

TEST_CASE("what ended runs leave for a stuck stdout is bounded (G3)", "[log][thread]") {
  Fixture log;
  log.settle();
  const std::size_t before = open_descriptors().size();
  constexpr std::uint64_t kRuns = 100;
  for (std::uint64_t run = 1; run <= kRuns; ++run) log.run(run, 60000);
  log.wait_for(before + 32);
  const OutputCounters stuck = log.thread.counters(kWeb);
  CHECK(stuck.dropped_lines > 0);
  CHECK(stuck.dropped_bytes == stuck.dropped_lines * 100);
  CHECK(log.err.read_until("\n") == "*** web: dropped " + std::to_string(stuck.dropped_lines) +
                                        " lines, " + std::to_string(stuck.dropped_bytes) +
                                        " bytes\n");
  CHECK(log.thread.last_lines(kWeb, RunId{kRuns}, 1).size() == 1);
  const std::size_t kept = kRuns * 60000 - stuck.dropped_bytes;
  CHECK(kept >= (1U << 20U) + 32 * 60000);
  CHECK(log.out.read(kept).size() == kept);
  log.wait_for(before);
}

TEST_CASE("a run's outputs can be opened by any user it becomes (E10)", "[log][thread]") {
  Fixture log;
  const RunPipes pipes = log.open(1);
  for (const UniqueFd* pipe : {&pipes.out, &pipes.err}) {
    struct stat status{};
    REQUIRE(::fstat(pipe->get(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0622);
  }
}
