// What a service's counters say was lost.

#include "catch.hpp"
#include "directory.hpp"
#include "my_init/log/service_output.hpp"
#include "pipe.hpp"

using namespace my_init;
using namespace my_init::log;
using namespace std::chrono_literals;

namespace {

constexpr ServiceOutput::Now kBegin{1000s};
constexpr std::uint64_t kLines = 30000;

/// A service whose lines get a prefix, and its standard output.
struct Fixture {
  explicit Fixture(LoggedOutput settings) {
    settings.name = "web";
    service.configure(std::move(settings));
  }
  /// kLines lines of four bytes.
  void take() {
    std::string text;
    for (std::uint64_t i = 0; i < kLines; ++i) text += "abc\n";
    service.take({text, {}, RunId{1}, Stream::out}, kBegin);
  }

  Pipe pipe;
  Output output{pipe.writer.get()};
  std::mutex mutex;
  std::shared_ptr<Kept> kept = std::make_shared<Kept>(0);
  ServiceOutput service{LoggedService{0}, {output, output, mutex}, kept};
};

}  // namespace

TEST_CASE("lost lines are counted as the service wrote them", "[log][service_output]") {
  LoggedOutput settings;
  settings.settings.mode = OutputMode::non_blocking;
  settings.settings.max_buffer_size = 1000;
  Fixture log(settings);
  log.take();  // more than the pipe has room for; the output keeps the rest
  log.take();  // one hundred lines are buffered
  CHECK(log.kept->counters ==
        OutputCounters{2 * kLines, 8 * kLines, kLines - 100, 4 * (kLines - 100)});
  log.pipe.reader.reset();
  log.output.resume();
  log.service.write_buffered(log.output);
  CHECK(log.kept->counters.dropped_lines == kLines);
  CHECK(log.kept->counters.dropped_bytes == 4 * kLines);
  log.take();
  CHECK(log.kept->counters.dropped_bytes == 8 * kLines);
}

TEST_CASE("lines lost to a file are counted as the service wrote them", "[log][service_output]") {
  const Directory directory;
  LoggedOutput settings;
  settings.driver = OutputDriver::file;
  settings.settings.path = directory.file("sub/log");
  Fixture log(settings);
  log.take();
  CHECK(log.kept->counters == OutputCounters{kLines, 4 * kLines, kLines, 4 * kLines});
}
