#include "my_init/log/log_thread.hpp"

#include <poll.h>

#include <thread>

#include "catch.hpp"
#include "directory.hpp"
#include "my_init/log/own_log.hpp"
#include "pipe.hpp"

using namespace my_init;
using namespace my_init::log;
using namespace std::chrono_literals;

namespace {

constexpr LoggedService kWeb{0};
constexpr RunId kRun{1};

/// The log thread with a pipe for each output, and one service.
struct Fixture {
  explicit Fixture(LoggedOutput output = {}) {
    output.name = "web";
    thread.set_service(kWeb, std::move(output));
  }
  [[nodiscard]] RunPipes open(RunId run = kRun) {
    // value(): g++ 12 sees a wrong delete in the destruction of a Result that is looked at.
    RunPipes pipes = thread.open_run(kWeb, run, 0, 0).value();
    thread.submit();
    return pipes;
  }
  void flush() { REQUIRE(thread.flush(20s)); }

  Pipe out;
  Pipe err;
  LogThread thread{{out.writer.get(), err.writer.get()}};
  OwnLog own{thread, {}};
};

void write(const UniqueFd& pipe, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(pipe.get(), text.data(), text.size());
    REQUIRE(written > 0);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string numbered_lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += std::to_string(1000000 + i) + '\n';
  return text;
}

LoggedOutput raw(OutputDriver driver = OutputDriver::container) {
  LoggedOutput output;
  output.driver = driver;
  output.settings.format = OutputFormat::raw;
  return output;
}

}  // namespace

TEST_CASE("the last line of a run comes before what we say about its end (G1)", "[log][thread]") {
  Fixture log;
  RunPipes run = log.open();
  write(run.err, "a\nb");
  log.thread.finish_run(kRun);
  log.own.write(LogLevel::info, "exited", "web exited with status 3");
  log.flush();
  CHECK(log.err.read_some() == "web | a\nweb | b\n*** web exited with status 3\n");
}

TEST_CASE("the last lines of a run stand in a line of ours (G1)", "[log][thread]") {
  Fixture log;
  RunPipes run = log.open();
  std::string text;
  for (int i = 10; i < 22; ++i) text += std::to_string(i) + '\n';
  write(run.out, text + "last");
  log.thread.finish_run(kRun);
  const auto say = [&](RunId of) {
    log.own.write_with_last_lines(LogLevel::error, "exited", "web exited", {kWeb, of});
    log.flush();
    return log.err.read_some();
  };
  CHECK(say(kRun) ==
        "*** web exited; its last lines:\n***   web | 13\n***   web | 14\n***   web | 15\n"
        "***   web | 16\n***   web | 17\n***   web | 18\n***   web | 19\n***   web | 20\n"
        "***   web | 21\n***   web | last\n");
  CHECK(say(RunId{2}) == "*** web exited\n");
  log.own.configure({.format = LogFormat::json});
  CHECK(say(kRun).ends_with(R"("message":"web exited","last_lines":["13","14","15","16","17",)"
                            R"("18","19","20","21","last"]})"
                            "\n"));
}

TEST_CASE("many writers' lines stay whole and in order (G2)", "[log][thread]") {
  Fixture log(raw());
  constexpr std::size_t kWriters = 20;
  constexpr int kLines = 500;
  constexpr std::size_t kLength = 3000;
  std::vector<std::thread> writers;
  for (std::size_t i = 0; i < kWriters; ++i) {
    writers.emplace_back([pipes = log.open(RunId{i + 1}), i] {
      for (int line = 1000; line < 1000 + kLines; ++line) {
        std::string text(kLength - 1, static_cast<char>('a' + i));
        text.replace(0, 4, std::to_string(line));
        text += '\n';
        if (::write(pipes.out.get(), text.data(), text.size()) < 0) return;
      }
    });
  }
  const std::string all = log.out.read(kWriters * kLines * kLength);
  for (std::thread& writer : writers) writer.join();
  std::array<int, kWriters> next{};
  next.fill(1000);
  for (std::size_t at = 0; at < all.size(); at += kLength) {
    const std::string line = all.substr(at, kLength);
    const auto writer = static_cast<std::size_t>(line[4] - 'a');
    REQUIRE(writer < kWriters);
    REQUIRE(line == std::to_string(next.at(writer)++) + std::string(kLength - 5, line[4]) + '\n');
  }
}

TEST_CASE("a stuck stdout makes a blocking service wait and loses nothing (G3)", "[log][thread]") {
  Fixture log(raw());
  RunPipes run = log.open();
  const std::string text = numbered_lines(100000);
  std::thread writer([&] { write(run.out, text); });
  log.own.write(LogLevel::info, "e", "still here");
  log.thread.submit();
  CHECK(log.err.read_until("\n") == "*** still here\n");
  while (log.thread.flush(20ms)) {  // until it is stuck
  }
  CHECK(log.out.read(text.size()) == text);
  writer.join();
  log.flush();
  CHECK(log.thread.counters(kWeb) == OutputCounters{100000, text.size(), 0, 0});
}

TEST_CASE("a stuck stdout does not slow a non-blocking service (G3)", "[log][thread]") {
  LoggedOutput output = raw();
  output.settings.mode = OutputMode::non_blocking;
  output.settings.max_buffer_size = 100000;
  Fixture log(output);
  RunPipes run = log.open();
  const std::string text = numbered_lines(500000);
  write(run.out, text);  // comes back although nobody reads
  const std::string notice = log.err.read_until("\n");
  CHECK(notice.starts_with("*** web: dropped "));
  std::string read;
  std::thread reader([&] { read = log.out.read(100000 + 65536); });
  log.flush();
  const OutputCounters counters = log.thread.counters(kWeb);
  CHECK(counters.lines == 500000);
  CHECK(counters.dropped_bytes == counters.dropped_lines * 8);
  const std::size_t kept = text.size() - counters.dropped_bytes;
  CHECK(kept >= 100000 + 65536 - 8);
  CHECK(kept < 100000 + 4 * 65536);
  reader.join();
  CHECK(text.starts_with(read.substr(0, 65536)));
}

TEST_CASE("the pipe of a run that writes much is wide until it writes no more", "[log][thread]") {
  const Pipe other;
  constexpr int kWide = 1 << 20;
  if (::fcntl(other.writer.get(), F_SETPIPE_SZ, kWide) != kWide) return;  // the kernel refuses
  Fixture log(raw(OutputDriver::none));
  RunPipes run = log.open();
  const auto capacity = [&] { return ::fcntl(run.out.get(), F_GETPIPE_SZ); };
  const std::string text = numbered_lines(10000);
  std::size_t written = 0;
  for (; capacity() < kWide; written += text.size()) write(run.out, text);
  while (capacity() == kWide) static_cast<void>(log.thread.flush(1ms));
  CHECK(capacity() == 65536);
  log.flush();
  CHECK(log.thread.counters(kWeb).bytes == written);
}

TEST_CASE("services go on when stdout is closed (G4)", "[log][thread]") {
  Fixture log(raw());
  RunPipes run = log.open();
  log.out.reader.reset();
  const std::string text = numbered_lines(50000);
  write(run.out, text);
  log.flush();
  const auto last = log.thread.last_lines(kWeb, kRun, 2);
  REQUIRE(last.size() == 2);
  CHECK(last[0].text == "1049998");
  CHECK(last[1].text == "1049999");
  CHECK(log.thread.counters(kWeb).lines == 50000);
  CHECK(log.thread.counters(kWeb).dropped_lines > 0);
}

TEST_CASE("what a grandchild writes later is still read (G7)", "[log][thread]") {
  Fixture log;
  RunPipes run = log.open();
  write(run.out, "a");
  log.thread.finish_run(kRun);
  log.flush();
  write(run.out, "b\nc");
  run.out.reset();
  CHECK(log.out.read(24) == "web | a\nweb | b\nweb | c\n");
}

TEST_CASE("the loop hears once that a line shows readiness", "[log][thread]") {
  LoggedOutput output;
  output.driver = OutputDriver::none;
  output.ready_pattern = "^ready";
  Fixture log(output);
  RunPipes run = log.open();
  write(run.out, "not ready\nready\n");
  write(run.err, "ready again\n");
  log.flush();
  pollfd event{log.thread.event_fd(), POLLIN, 0};
  CHECK(::poll(&event, 1, 0) == 1);
  const auto news = log.thread.take_news();
  REQUIRE(news.size() == 1);
  CHECK(std::get<ReadyLine>(news[0]).service == kWeb);
  CHECK(std::get<ReadyLine>(news[0]).run == kRun);
  CHECK(::poll(&event, 1, 0) == 0);
}

TEST_CASE("lines over the rate limit are dropped and counted", "[log][thread]") {
  LoggedOutput output = raw();
  output.settings.rate_limit = 5;
  Fixture log(output);
  RunPipes run = log.open();
  write(run.out, numbered_lines(50));
  CHECK(log.out.read(40) == numbered_lines(5));
  CHECK(log.err.read_until("\n") == "*** web: dropped 45 lines, 360 bytes over its rate_limit\n");
  CHECK(log.thread.last_lines(kWeb, kRun, 100).size() == 50);
}

TEST_CASE("rotation under load loses no line (G8)", "[log][thread]") {
  const Directory directory;
  LoggedOutput output = raw(OutputDriver::file);
  output.settings.path = directory.file("log");
  output.settings.max_size = 100003;
  output.settings.max_file = 100;
  Fixture log(output);
  RunPipes run = log.open();
  const std::string text = numbered_lines(200000);
  write(run.out, text);
  log.flush();
  std::string all;
  for (int i = 99; i > 0; --i) {
    const std::string part = directory.text("log." + std::to_string(i));
    CHECK(part.size() <= 100003);
    all += part;
  }
  CHECK((all + directory.text("log") == text));
}

TEST_CASE("a removed directory is complained about once, a new one used (G8)", "[log][thread]") {
  const Directory directory;
  LoggedOutput output = raw(OutputDriver::file);
  output.settings.path = directory.file("sub/log");
  Fixture log(output);
  RunPipes run = log.open();
  write(run.out, "a\nb\n");
  CHECK(log.err.read_until("\n") ==
        "*** cannot write '" + output.settings.path + "': no such file or directory\n");
  std::filesystem::create_directory(directory.file("sub"));
  log.thread.reopen_files();
  log.flush();
  write(run.out, "c\n");
  CHECK(log.err.read_until("\n") == "*** web: dropped 2 lines, 4 bytes\n");
  CHECK(directory.text("sub/log") == "c\n");
}

TEST_CASE("a rotated file is handed out to be compressed", "[log][thread]") {
  const Directory directory;
  LoggedOutput output = raw(OutputDriver::file);
  output.settings.path = directory.file("log");
  output.settings.max_size = 5;
  output.settings.compress = true;
  Fixture log(output);
  RunPipes run = log.open();
  write(run.out, "1234\n5678\n");
  log.flush();
  auto news = log.thread.take_news();
  REQUIRE(news.size() == 1);
  const auto& rotated = std::get<Rotated>(news[0]);
  CHECK(rotated.service == kWeb);
  write(rotated.to, "gz");
  log.thread.finish_compression(kWeb, LogThread::Compression::succeeded);
  log.flush();
  CHECK(directory.text("log.1.gz") == "gz");
  CHECK_FALSE(directory.has("log.1"));
}

TEST_CASE("last lines are left out when there is no room for them", "[log][thread]") {
  Fixture log(raw(OutputDriver::none));
  RunPipes run = log.open();
  for (int i = 0; i < 10; ++i) write(run.out, std::string(1000, 'x') + '\n');
  log.thread.finish_run(kRun);
  log.flush();
  for (int i = 0; i < 2000; ++i) {
    log.own.write_with_last_lines(LogLevel::error, "e", "exited", {kWeb, kRun});
  }
  log.own.write(LogLevel::info, "e", "the end");
  // Commands are carried out in order: once this line is counted, all of those are composed.
  write(log.open(RunId{2}).out, "x\n");
  while (log.thread.counters(kWeb).lines < 11) static_cast<void>(log.thread.flush(1ms));
  const std::string all = log.err.read_until("*** the end\n");
  CHECK(all.size() < 256 * 1024 + 65536 + 20000 + 2000 * 11);
  CHECK(all.find("*** exited\n") != std::string::npos);
  CHECK(all.starts_with("*** exited; its last lines:\n***   web | xx"));
}
