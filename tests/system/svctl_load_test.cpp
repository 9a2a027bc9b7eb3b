#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "svctl.hpp"

namespace my_init::test {
namespace {

UniqueFd connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.copy(&address.sun_path[0], sizeof address.sun_path - 1) == path.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
  return socket;
}

/// What it sends back until it hangs up.
std::string all_of(const UniqueFd& socket) {
  std::string text;
  char bytes[4096];
  ssize_t size = 0;
  while ((size = ::read(socket.get(), bytes, sizeof bytes)) > 0)
    text.append(bytes, static_cast<std::size_t>(size));
  return text;
}

void check_answers(const Container& box) {
  const auto status = svctl(box, {"status", "web"});
  CHECK(status.code == 0);
  CHECK(status.took < svctl_within(100ms));
}

}  // namespace

TEST_CASE("C2 idle connections, a slow one and garbage do not keep others from their answer",
          "[system][control][C2]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient).actor("db", kObedient).start();
  box.wait_event("web ready");
  box.wait_event("db ready");
  const std::string path = control_path(box);
  std::vector<UniqueFd> idle;
  for (int i = 0; i < 1000; ++i) idle.push_back(connect_to(path));
  check_answers(box);
  const UniqueFd slow = connect_to(path);
  REQUIRE(::send(slow.get(), "{", 1, MSG_NOSIGNAL) == 1);
  const UniqueFd garbage = connect_to(path);
  const std::string much(std::size_t{1} << 20U, 'x');
  ::fcntl(garbage.get(), F_SETFL, O_NONBLOCK);
  static_cast<void>(::send(garbage.get(), much.data(), much.size(), MSG_NOSIGNAL));
  check_answers(box);
  REQUIRE(::send(slow.get(), "\"", 1, MSG_NOSIGNAL) == 1);
  CHECK(svctl(box, {"restart", "db"}).code == 0);
  box.wait_event("db ready", 2);
  ::fcntl(garbage.get(), F_SETFL, 0);
  CHECK(has(all_of(garbage), "a request of more than 64 KiB"));
}

TEST_CASE("C2 one that asks without end and reads nothing is not heard until it reads",
          "[system][control][C2]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient).start();
  box.wait_event("web ready");
  const UniqueFd greedy = connect_to(control_path(box));
  const std::string ask = "{\"do\":\"status\"}\n";
  ::fcntl(greedy.get(), F_SETFL, O_NONBLOCK);
  std::size_t asked = 0;
  const auto ask_on = [&] {
    while (::send(greedy.get(), ask.data(), ask.size(), MSG_NOSIGNAL) > 0) ++asked;
    return errno;
  };
  // All buffers are full at last, for good.
  REQUIRE(ask_on() == EAGAIN);
  check_answers(box);
  REQUIRE(ask_on() == EAGAIN);
  check_answers(box);
  CHECK(asked < 100'000);
}

TEST_CASE("clients that come and go leave nothing behind in my_init", "[system][control]") {
  if (skipped() || skipped_with_sanitizer("it keeps memory that was freed")) return;
  Container box;
  box.actor("web", "print:one say:ready serve").start();
  box.wait_output("web | one");
  const std::string path = control_path(box);
  const auto ask = [&path](const std::string& request) {
    const UniqueFd client = connect_to(path);
    REQUIRE(::send(client.get(), request.data(), request.size(), MSG_NOSIGNAL) ==
            std::ssize(request));
    char first = 0;
    REQUIRE(::read(client.get(), &first, 1) == 1);
  };
  const auto ask_all = [&ask](int rounds) {
    for (int i = 0; i < rounds; ++i) {
      ask("{\"v\":1,\"do\":\"status\"}\n");
      ask("{\"v\":1,\"do\":\"status\",\"follow\":true}\n");
      ask("{\"v\":1,\"do\":\"logs\",\"follow\":true}\n");
    }
  };
  ask_all(10);
  const long before = memory_of(box.program());
  ask_all(300);
  CHECK(memory_of(box.program()) <= before + 32);
  check_answers(box);
}

TEST_CASE("R4 svctl status answers in time during a storm of 20 000 orphans",
          "[system][control][R4]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient).actor("storm", "storm:20000 say:over serve").start();
  box.wait_event("web ready");
  int asked = 0;
  while (box.count("storm over") == 0) {
    check_answers(box);
    ++asked;
  }
  CHECK(asked > 0);
}

TEST_CASE("S3 svctl status shows a daemon that has escaped", "[system][control][S3]") {
  if (skipped()) return;
  Container box;
  box.actor("web",
            "fork:parent { fork:stray { setsid bare say:alone serve } } wait say:ready serve")
      .start();
  box.wait_event("web ready");
  box.wait_event("stray alone");
  const auto status = svctl(box, {"status"});
  CHECK(has(status.output, "stray process "));
}

}  // namespace my_init::test
