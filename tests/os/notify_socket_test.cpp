#include "my_init/os/notify_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "../../src/os/unix_address.hpp"
#include "catch.hpp"
#include "fixture.hpp"
#include "temporary_directory.hpp"

namespace my_init::os {

namespace {

NotifySocket open_in(const std::string& directory) {
  return NotifySocket::open(directory).value();
}

/// Sends as sd_notify(3) does, with copies of standard input; false when that is refused.
bool send(const std::string& address, const std::string& text, std::vector<int> fds = {}) {
  const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const UnixAddress to = unix_address(address).value();
  if (::connect(fd.get(), to.get(), to.size) < 0) return false;
  std::string bytes = text;
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(64 * sizeof(int))> controls{};
  if (!fds.empty()) {
    message.msg_control = controls.data();
    message.msg_controllen = CMSG_SPACE(fds.size() * sizeof(int));
    cmsghdr* const control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(fds.size() * sizeof(int));
    std::memcpy(CMSG_DATA(control), fds.data(), fds.size() * sizeof(int));
  }
  return ::sendmsg(fd.get(), &message, 0) == static_cast<ssize_t>(text.size());
}

std::size_t open_fds() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

TEST_CASE("a notification socket is a file that every uid may send to", "[os][notify]") {
  const TemporaryDirectory directory;
  std::string path;
  {
    const mode_t old = ::umask(077);
    const NotifySocket socket = open_in(directory.path());
    ::umask(old);
    path = socket.address();
    CHECK(path.starts_with(directory.path() + "/"));
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK(status.st_mode == (S_IFSOCK | 0666));
    CHECK(open_in(directory.path()).address() != path);
  }
  CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("without a directory to write to the name is abstract", "[os][notify]") {
  const TemporaryDirectory directory;
  for (const std::string& unusable :
       {std::string("/no/such/directory"), std::string("/proc"), std::string(200, 'x')}) {
    NotifySocket socket = open_in(unusable);
    CHECK(socket.address().starts_with("@my_init.notify."));
    CHECK(send(socket.address(), "READY=1"));
    REQUIRE(socket.take().size() == 1);
  }
}

TEST_CASE("datagrams are taken in their order, with their sender", "[os][notify]") {
  const TemporaryDirectory directory;
  NotifySocket socket = open_in(directory.path());
  CHECK(socket.take().empty());
  CHECK(send(socket.address(), "READY=1\nSTATUS=up"));
  CHECK(send(socket.address(), "STOPPING=1"));
  CHECK(wait_readable(socket.fd()));
  const std::vector<Notification> taken = socket.take();
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].text.ready);
  CHECK(taken[0].text.status == "up");
  CHECK(taken[0].sender_pid == ::getpid());
  CHECK(taken[0].sender_uid == ::getuid());
  CHECK(taken[1].text.stopping);
  CHECK(socket.take().empty());
}

TEST_CASE("a barrier is acknowledged when its notification goes", "[os][notify]") {
  const TemporaryDirectory directory;
  NotifySocket socket = open_in(directory.path());
  Pipe pipe;
  CHECK(send(socket.address(), "BARRIER=1", {pipe.write_end.get()}));
  pipe.write_end.reset();
  std::vector<Notification> taken = socket.take();
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].text.barrier);
  CHECK((::fcntl(taken[0].barrier.get(), F_GETFD) & FD_CLOEXEC) != 0);
  ::fcntl(pipe.read_end.get(), F_SETFL, O_NONBLOCK);
  char nothing = 0;
  CHECK(::read(pipe.read_end.get(), &nothing, 1) == -1);
  taken.clear();
  CHECK(::read(pipe.read_end.get(), &nothing, 1) == 0);
}

TEST_CASE("stored descriptors are owned by their notification", "[os][notify]") {
  const TemporaryDirectory directory;
  NotifySocket socket = open_in(directory.path());
  const std::size_t before = open_fds();
  CHECK(send(socket.address(), "FDSTORE=1\nFDNAME=s", std::vector(16, 0)));
  {
    const std::vector<Notification> taken = socket.take();
    REQUIRE(taken.size() == 1);
    CHECK(taken[0].stored_fds.size() == 16);
    CHECK(taken[0].text.fd_name == "s");
    CHECK(open_fds() == before + 16);
  }
  CHECK(open_fds() == before);
}

TEST_CASE("what is too much or says nothing is ignored and leaks no descriptor", "[os][notify]") {
  const TemporaryDirectory directory;
  NotifySocket socket = open_in(directory.path());
  const std::size_t before = open_fds();
  const auto check_ignored = [&](const std::string& text, std::size_t fds) {
    CAPTURE(text.size(), fds);
    CHECK(send(socket.address(), text, std::vector(fds, 0)));
    CHECK(socket.take().empty());
    CHECK(open_fds() == before);
  };
  check_ignored("", 0);
  check_ignored("X=1", 3);
  check_ignored("READY=1\nX=" + std::string(8183, 'x'), 1);
  check_ignored("READY=1", 17);
  check_ignored("READY=1", 64);
  check_ignored("BARRIER=1", 0);
  check_ignored("BARRIER=1", 2);
  check_ignored("BARRIER=1\nREADY=1", 1);
  check_ignored("FDSTORE=1", 0);
  CHECK(send(socket.address(), "READY=1\nX=" + std::string(8182, 'x'), {0}));
  CHECK(socket.take().size() == 1);
  CHECK(open_fds() == before);
}

TEST_CASE("of many datagrams none is lost", "[os][notify]") {
  const TemporaryDirectory directory;
  NotifySocket socket = open_in(directory.path());
  std::size_t taken = 0;
  for (int sent = 1; sent <= 1000; ++sent) {
    CHECK(send(socket.address(), "WATCHDOG=1"));
    if (sent % 5 == 0) taken += socket.take().size();
  }
  CHECK(taken == 1000);
}

TEST_CASE("the real systemd-notify is understood and its barrier answered (V16)", "[os][notify]") {
  if (::access("/usr/bin/systemd-notify", X_OK) != 0) return;
  const TemporaryDirectory directory;
  for (const std::string& place : {directory.path(), std::string("/no/such/directory")}) {
    NotifySocket socket = open_in(place);
    Family family;
    Command command({"/usr/bin/systemd-notify", "--ready", "--status=all \xC3\xA9", "X_OWN=1"});
    command.set_environment({"NOTIFY_SOCKET=" + socket.address()});
    family.spawn(command);
    std::vector<Notification> all;
    while (all.empty() || !all.back().text.barrier) {
      REQUIRE(wait_readable(socket.fd()));
      for (Notification& one : socket.take()) all.push_back(std::move(one));
    }
    REQUIRE(all.size() == 2);
    CHECK(all[0].text.ready);
    CHECK(all[0].text.status == "all \xC3\xA9");
    CHECK_FALSE(family.has_news());
    all.clear();
    CHECK(family.exit().status == ExitStatus::exited(0));
  }
}

}  // namespace my_init::os
