#include "my_init/log/own_log.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "catch.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/log/log_thread.hpp"
#include "pipe.hpp"

using namespace my_init;
using namespace my_init::log;
using namespace std::chrono_literals;

namespace {

/// The thread and our lines through it.
struct Log {
  explicit Log(int fd, OwnLogSettings settings = {}) : thread({-1, fd}), lines(thread, settings) {}
  bool flush(std::chrono::milliseconds limit) { return lines.flush(limit); }

  LogThread thread;
  OwnLog lines;
};

}  // namespace

TEST_CASE("lines come out in their order", "[log][own_log]") {
  Pipe pipe;
  {
    Log log(pipe.writer.get());
    log.lines.write(LogLevel::info, "running", "Running /etc/my_init.d/10_x...");
    log.lines.write(LogLevel::error, "failed", "/etc/my_init.d/10_x failed with status 3");
  }
  CHECK(pipe.read_all() ==
        "*** Running /etc/my_init.d/10_x...\n*** /etc/my_init.d/10_x failed with status 3\n");
}

TEST_CASE("less important lines than the level are dropped", "[log][own_log]") {
  Pipe pipe;
  {
    Log log(pipe.writer.get(), {.level = LogLevel::warning});
    log.lines.write(LogLevel::debug, "e", "debug");
    log.lines.write(LogLevel::info, "e", "info");
    log.lines.write(LogLevel::warning, "e", "warning");
    log.lines.write(LogLevel::error, "e", "error");
  }
  CHECK(pipe.read_all() == "*** warning\n*** error\n");
}

TEST_CASE("braces in a message are only braces", "[log][own_log]") {
  Pipe pipe;
  {
    Log(pipe.writer.get()).lines.write(LogLevel::info, "e", "{} %s {0}");
  }
  CHECK(pipe.read_all() == "*** {} %s {0}\n");
}

TEST_CASE("the form can change between two lines", "[log][own_log]") {
  Pipe pipe;
  {
    Log log(pipe.writer.get());
    log.lines.write(LogLevel::info, "e", "one");
    log.lines.configure({.format = LogFormat::json});
    log.lines.write(LogLevel::info, "e", "two", {{"pid", "17"}});
  }
  const std::string all = pipe.read_all();
  CHECK(all.starts_with("*** one\n{\"time\":\"2"));
  CHECK(
      all.ends_with("Z\",\"level\":\"info\",\"source\":\"my_init\",\"event\":\"e\","
                    "\"message\":\"two\",\"pid\":17}\n"));
}

TEST_CASE("submit has the lines written", "[log][own_log]") {
  Pipe pipe;
  Log log(pipe.writer.get());
  log.lines.submit();
  log.lines.write(LogLevel::info, "e", "x");
  log.lines.submit();
  CHECK(pipe.read_some() == "*** x\n");
}

TEST_CASE("flush waits until the lines are written", "[log][own_log]") {
  Pipe pipe;
  Log log(pipe.writer.get());
  CHECK(log.flush(10s));
  log.lines.write(LogLevel::info, "e", "x");
  CHECK(log.flush(10s));
  CHECK(pipe.read_some() == "*** x\n");
}

TEST_CASE("a stuck reader stops neither write nor the destructor", "[log][own_log]") {
  Pipe pipe;
  ::fcntl(pipe.writer.get(), F_SETPIPE_SZ, 4096);
  const auto begin = std::chrono::steady_clock::now();
  {
    Log log(pipe.writer.get());
    for (int i = 0; i < 20000; ++i) log.lines.write(LogLevel::info, "e", std::string(100, 'x'));
    CHECK_FALSE(log.flush(1ms));
  }
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("what did not fit is counted where it is missing", "[log][own_log]") {
  Pipe pipe;
  ::fcntl(pipe.writer.get(), F_SETPIPE_SZ, 4096);
  constexpr int kLines = 20000;
  std::string all;
  {
    Log log(pipe.writer.get());
    for (int i = 0; i < kLines; ++i) log.lines.write(LogLevel::info, "e", std::string(100, 'x'));
    log.lines.submit();
    while (!all.ends_with("own log lines\n")) all += pipe.read_some();
    log.lines.write(LogLevel::info, "e", "again");
  }
  all += pipe.read_all();
  const auto notice = all.find("*** lost ");
  REQUIRE(notice != std::string::npos);
  const auto lost = std::stoul(all.substr(notice + 9));
  CHECK(all.substr(notice) ==
        "*** lost " + std::to_string(lost) + " of my_init's own log lines\n*** again\n");
  CHECK(notice == (kLines - lost) * 105);
  CHECK(notice <= 256 * 1024 + 4096);
}

TEST_CASE("lines of several writers are whole on a pipe", "[log][own_log]") {
  Pipe pipe;
  std::string all;
  std::thread reader([&] {
    for (std::string some = pipe.read_some(); !some.empty(); some = pipe.read_some()) all += some;
  });
  {
    Log log(pipe.writer.get());
    Log other(pipe.writer.get());
    for (int i = 0; i < 1000; ++i) {
      log.lines.write(LogLevel::info, "e", std::string(60, 'a'));
      other.lines.write(LogLevel::info, "e", std::string(60, 'b'));
    }
    CHECK(log.flush(10s));
    CHECK(other.flush(10s));
  }
  pipe.writer.reset();
  reader.join();
  REQUIRE(all.size() == 2 * 1000 * 65);
  for (std::size_t i = 0; i < all.size(); i += 65) {
    const std::string line = all.substr(i, 65);
    REQUIRE((line == "*** " + std::string(60, 'a') + "\n" ||
             line == "*** " + std::string(60, 'b') + "\n"));
  }
}

TEST_CASE("a descriptor that does not block is waited for", "[log][own_log]") {
  Pipe pipe(O_CLOEXEC | O_NONBLOCK);
  ::fcntl(pipe.writer.get(), F_SETPIPE_SZ, 4096);
  ::fcntl(pipe.reader.get(), F_SETFL, 0);
  std::string all;
  Log log(pipe.writer.get());
  for (int i = 0; i < 1000; ++i) log.lines.write(LogLevel::info, "e", std::string(100, 'x'));
  log.lines.submit();
  while (all.size() < 1000 * 105) all += pipe.read_some();
  CHECK(log.flush(10s));
  CHECK(all.size() == 1000 * 105);
}

TEST_CASE("a closed pipe or no descriptor at all does no harm", "[log][own_log]") {
  Pipe pipe;
  pipe.reader.reset();
  for (const int fd : {pipe.writer.get(), -1, 9999}) {
    Log log(fd);
    for (int i = 0; i < 100; ++i) log.lines.write(LogLevel::error, "e", "nobody reads this");
    CHECK(log.flush(10s));
  }
}

TEST_CASE("lines lost to a full disk are counted when there is room again", "[log][own_log]") {
  Pipe pipe;
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  const UniqueFd out(::fcntl(full.get(), F_DUPFD_CLOEXEC, 0));
  {
    Log log(out.get());
    for (int i = 0; i < 3; ++i) {
      log.lines.write(LogLevel::info, "e", "lost");
      REQUIRE(log.flush(10s));
    }
    REQUIRE(::dup3(pipe.writer.get(), out.get(), O_CLOEXEC) == out.get());
    log.lines.write(LogLevel::info, "e", "kept");
    REQUIRE(log.flush(10s));
    ::dup3(full.get(), out.get(), O_CLOEXEC);
  }
  CHECK(pipe.read_all() == "*** kept\n*** lost 3 of my_init's own log lines\n");
}

TEST_CASE("a line cut off by an error does not run into the next one", "[log][own_log]") {
  const std::string path = "/tmp/my_init_own_log_" + std::to_string(::getpid());
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  REQUIRE(file);
  ::unlink(path.c_str());
  Pipe signals_blocked;
  // RLIMIT_FSIZE cuts a write in the middle of a line as a full disk does; SIGXFSZ is blocked.
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit small{10, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  Log log(file.get());
  log.lines.write(LogLevel::info, "e", "too long");
  CHECK(log.flush(10s));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  log.lines.write(LogLevel::info, "e", "next");
  CHECK(log.flush(10s));
  std::array<char, 100> text{};
  REQUIRE(::pread(file.get(), text.data(), text.size(), 0) > 0);
  CHECK(std::string(text.data()) ==
        "*** too lo\n*** next\n*** lost 1 of my_init's own log lines\n");
}

TEST_CASE("a line longer than what a pipe takes at once comes out whole", "[log][own_log]") {
  Pipe pipe;
  {
    Log log(pipe.writer.get());
    log.lines.write(LogLevel::info, "e", std::string(10000, 'x'));
    log.lines.write(LogLevel::info, "e", "y");
  }
  CHECK(pipe.read_all() == "*** " + std::string(10000, 'x') + "\n*** y\n");
}
