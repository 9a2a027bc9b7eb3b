#include "my_init/os/notify_message.hpp"

#include <random>

#include "catch.hpp"

namespace my_init::os {

namespace {

using namespace std::chrono_literals;

NotifyText with(auto&& change) {
  NotifyText text;
  change(text);
  return text;
}

bool is_printable(const std::string& text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  return true;
}

}  // namespace

TEST_CASE("the states of a service are told by READY, RELOADING and STOPPING", "[os][notify]") {
  CHECK(parse_notify_text("READY=1") == with([](auto& text) { text.ready = true; }));
  CHECK(parse_notify_text("STOPPING=1\n") == with([](auto& text) { text.stopping = true; }));
  CHECK(parse_notify_text("RELOADING=1\nMONOTONIC_USEC=123456") ==
        with([](auto& text) { text.reloading = true; }));
  const NotifyText both = parse_notify_text("READY=1\nSTATUS=up\nMAINPID=12\n");
  CHECK(both.ready);
  CHECK(both.status == "up");
  CHECK(both.main_pid == 12);
}

TEST_CASE("watchdog and time-outs are in microseconds", "[os][notify]") {
  CHECK(parse_notify_text("WATCHDOG=1").watchdog == WatchdogWord::alive);
  CHECK(parse_notify_text("WATCHDOG=trigger").watchdog == WatchdogWord::trigger);
  CHECK(parse_notify_text("WATCHDOG=trigger\nWATCHDOG=1").watchdog == WatchdogWord::trigger);
  CHECK(parse_notify_text("WATCHDOG_USEC=1500000").watchdog_interval == 1500ms);
  CHECK(parse_notify_text("WATCHDOG_USEC=0").watchdog_interval == 0s);
  CHECK(parse_notify_text("EXTEND_TIMEOUT_USEC=30").extend_timeout == 30us);
  CHECK(parse_notify_text("EXTEND_TIMEOUT_USEC=9223372036854775").extend_timeout);
}

TEST_CASE("what makes no sense is skipped", "[os][notify]") {
  for (const char* text : {"",
                           "\n\n",
                           "READY",
                           "READY=",
                           "READY=0",
                           "READY=11",
                           "READY=yes",
                           "ready=1",
                           " READY=1",
                           "=1",
                           "X=1",
                           "WATCHDOG=2",
                           "WATCHDOG_USEC=",
                           "WATCHDOG_USEC=-1",
                           "WATCHDOG_USEC=1s",
                           "EXTEND_TIMEOUT_USEC=0",
                           "EXTEND_TIMEOUT_USEC=18446744073709551615",
                           "EXTEND_TIMEOUT_USEC=9223372036854776",
                           "EXTEND_TIMEOUT_USEC=99999999999999999999999",
                           "MAINPID=0",
                           "MAINPID=-1",
                           "MAINPID=x",
                           "MAINPID=4294967296",
                           "FDNAME=x",
                           "FDPOLL=0",
                           "FDSTOREREMOVE=1",
                           "FDSTOREREMOVE=1\nFDNAME=a:b"}) {
    CAPTURE(text);
    CHECK(parse_notify_text(text) == NotifyText{});
  }
  CHECK(parse_notify_text(std::string_view("READY=1\0STATUS=x", 16)) == NotifyText{});
  CHECK(parse_notify_text(std::string_view("READY=1\0", 8)).ready);
}

TEST_CASE("a status is one printable line of bounded length", "[os][notify]") {
  CHECK(parse_notify_text("STATUS=a=b c\nSTATUS=second").status == "a=b c");
  CHECK(parse_notify_text("STATUS=").status == "");
  CHECK(parse_notify_text("STATUS=\xC3\xA9 \x1B[31m\t\xFF \xC2\x9B").status ==
        "\xC3\xA9 ?[31m?? ?");
  const std::string longest(NotifyText::kMaxStatus, 'x');
  CHECK(parse_notify_text("STATUS=" + longest + "y").status == longest);
  // A character is not cut in two.
  CHECK(parse_notify_text("STATUS=x" + longest.substr(2) + "\xC3\xA9").status ==
        "x" + longest.substr(2));
}

TEST_CASE("descriptors are stored and removed by their names", "[os][notify]") {
  const NotifyText stored = parse_notify_text("FDSTORE=1\nFDNAME=a b");
  CHECK(stored.store_fds);
  CHECK(stored.fd_name == "a b");
  CHECK(parse_notify_text("FDSTORE=1").fd_name == "stored");
  CHECK(parse_notify_text("FDSTORE=1\nFDNAME=a:b").fd_name == "stored");
  CHECK(parse_notify_text("FDSTORE=1\nFDNAME=" + std::string(256, 'x')).fd_name == "stored");
  const NotifyText removed = parse_notify_text("FDNAME=a\nFDSTOREREMOVE=1\nFDSTORE=1");
  CHECK(removed.remove_fds);
  CHECK_FALSE(removed.store_fds);
  CHECK(removed.fd_name == "a");
}

TEST_CASE("a barrier is alone or the whole text is ignored", "[os][notify]") {
  CHECK(parse_notify_text("BARRIER=1") == with([](auto& text) { text.barrier = true; }));
  CHECK(parse_notify_text("BARRIER=1\n").barrier);
  CHECK(parse_notify_text("BARRIER=1\nREADY=1") == NotifyText{});
  CHECK(parse_notify_text("READY=1\nBARRIER=1") == NotifyText{});
}

TEST_CASE("no text breaks the rules about what is told", "[os][notify]") {
  const std::string_view source =
      "READY=1\nSTATUS=up \xE2\x82\xAC\nMAINPID=123\nWATCHDOG=1\nWATCHDOG_USEC=100\nFDSTORE=1\n"
      "FDNAME=socket\nEXTEND_TIMEOUT_USEC=5000\nRELOADING=1\nBARRIER=1\nSTOPPING=1\n";
  const std::string_view letters =
      "\n=10:\xC2\x9B\xFF\x1B"
      "9SR";
  for (unsigned seed = 0; seed < 10'000; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::string text(source.substr(random() % source.size()));
    for (unsigned change = random() % 8; change > 0; --change) {
      const std::size_t at = random() % (text.size() + 1);
      text.replace(at, random() % 3, random() % 3, letters[random() % letters.size()]);
    }
    const NotifyText told = parse_notify_text(text);
    if (told.barrier) REQUIRE(told == with([](auto& only) { only.barrier = true; }));
    REQUIRE(is_printable(told.status.value_or("")));
    REQUIRE(told.main_pid.value_or(1) > 0);
    REQUIRE(told.extend_timeout.value_or(1us) > 0us);
    REQUIRE(told.watchdog_interval.value_or(0us) >= 0us);
    REQUIRE(told.fd_name.empty() == !(told.store_fds || told.remove_fds));
    REQUIRE_FALSE((told.store_fds && told.remove_fds));
  }
}

}  // namespace my_init::os
