#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "catch.hpp"
#include "fixture.hpp"

namespace my_init::os {

namespace {

/// A pipe with this text in it and nothing more to come.
class TextPipe {
 public:
  explicit TextPipe(const std::string& text) {
    REQUIRE(::write(pipe_.write_end.get(), text.data(), text.size()) > 0);
    pipe_.write_end.reset();
  }
  [[nodiscard]] int fd() const { return pipe_.read_end.get(); }
  /// The same under this number, close-on-exec.
  void move_to(int number) {
    REQUIRE(::dup3(fd(), number, O_CLOEXEC) == number);
    pipe_.read_end.reset(number);
  }

 private:
  Pipe pipe_;
};

constexpr const char* kListOpen = "echo /proc/self/fd/*";

Command with_passed(std::string script, std::span<const PassedFd> passed) {
  Command command = Command::shell(std::move(script));
  command.plan.passed = passed;
  return command;
}

std::string open_fds(std::initializer_list<int> numbers) {
  std::string text;
  for (const int number : numbers) text += "/proc/self/fd/" + std::to_string(number) + ' ';
  text.back() = '\n';
  return text;
}

}  // namespace

TEST_CASE("a child finds what it is passed under its numbers, and nothing else", "[os][spawn]") {
  TextPipe first("a\n");
  TextPipe second("b\n");
  const UniqueFd leaked(::dup(0));  // without close-on-exec
  const UniqueFd higher(::fcntl(0, F_DUPFD, 40));
  const std::array passed{PassedFd{first.fd(), 3}, PassedFd{second.fd(), 5}};
  // 4 is what the shell lists the directory with.
  CHECK(output_of(with_passed(kListOpen, passed)) == open_fds({0, 1, 2, 3, 4, 5}));
  CHECK(output_of(with_passed("read a <&3; read b <&5; echo $a $b", passed)) == "a b\n");
}

TEST_CASE("descriptors may be passed crosswise, twice, or under their own number", "[os][spawn]") {
  TextPipe first("a\n");
  TextPipe second("b\n");
  TextPipe third("c\nc\n");
  first.move_to(61);
  second.move_to(60);
  third.move_to(62);
  const std::array passed{PassedFd{61, 60}, PassedFd{60, 61}, PassedFd{62, 62}, PassedFd{62, 63}};
  CHECK(output_of(with_passed("/bin/cat /proc/self/fd/6[0123]", passed)) == "a\nb\nc\nc\n");
}

TEST_CASE("a target in use by us is no obstacle", "[os][spawn]") {
  // Every low number is taken, among them the pipes of the test and of the launch itself.
  std::array<UniqueFd, 30> taken;
  for (UniqueFd& fd : taken) fd.reset(::dup(0));
  TextPipe text("a\n");
  for (int target = 3; target < 50; ++target) {
    const std::array passed{PassedFd{text.fd(), target}};
    const std::string number = std::to_string(target);
    const std::string listed = output_of(with_passed(kListOpen, passed));
    CHECK(listed.find("/fd/" + number) != std::string::npos);
    Command broken = with_passed("exit 0", passed);
    broken.set_candidates({"/no/such/program"});
    Family family;
    family.spawn(broken);
    CHECK(family.failure()->number == ENOENT);
    static_cast<void>(family.exit());
  }
}

TEST_CASE("a standard stream may be passed while the child gets another", "[os][spawn]") {
  Pipe input;
  TextPipe text("a\n");
  const std::array passed{PassedFd{1, 3}, PassedFd{1, 4}};
  Command command =
      with_passed("[ /proc/self/fd/3 -ef /proc/self/fd/4 ] && read a && echo $a", passed);
  command.plan.standard_input = text.fd();
  CHECK(output_of(std::move(command)) == "a\n");
}

TEST_CASE("a descriptor that is not open cannot be passed", "[os][spawn]") {
  for (const PassedFd one : {PassedFd{1000, 3}, PassedFd{5000, 5000}}) {
    const std::array passed{one};
    Family family;
    family.spawn(with_passed("exit 0", passed));
    const std::optional<SpawnFailure> failure = family.failure();
    REQUIRE(failure);
    CHECK(failure->step == SpawnStep::descriptors);
    CHECK(failure->number == EBADF);
    static_cast<void>(family.exit());
  }
}

TEST_CASE("more descriptors than a child has room for fail the start", "[os][spawn]") {
  std::vector<PassedFd> passed;
  for (std::size_t i = 0; i < kMaxPassedFds; ++i) passed.push_back({0, static_cast<int>(i) + 3});
  CHECK(output_of(with_passed("[ -e /proc/self/fd/130 ] && echo yes", passed)) == "yes\n");
  passed.push_back({0, passed.back().to + 1});
  Family family;
  family.spawn(with_passed("exit 0", passed));
  CHECK(family.failure()->number == EMFILE);
  static_cast<void>(family.exit());
}

TEST_CASE("LISTEN_PID is the pid of the program that was started", "[os][spawn]") {
  constexpr std::string_view kName = "LISTEN_PID=";
  TextPipe text("a\n");
  const std::array passed{PassedFd{text.fd(), 3}};
  std::string line(kName);
  line.append(kPidTextSize, 'x');
  Command command = with_passed("[ $LISTEN_PID = $$ ] && read a <&3 && echo $a", passed);
  command.plan.environment = {line.c_str(), nullptr};
  command.plan.listen_pid = line.data() + kName.size();
  CHECK(output_of(std::move(command)) == "a\n");
}

}  // namespace my_init::os
