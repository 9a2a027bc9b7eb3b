#include "svctl.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <tuple>
#include <utility>

namespace my_init::test {
namespace {

/// A copy of the binary where everybody can execute it.
std::string svctl_copy(const Container& box) {
  const std::string path = box.host_path("/run/svctl");
  std::filesystem::copy_file(my_init_path(), path, std::filesystem::copy_options::skip_existing);
  return path;
}

/// The file is there a moment before that: it comes with bind(2), and clients with listen(2).
bool takes_clients(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  path.copy(&address.sun_path[0], path.size());
  const UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const void* const raw = &address;
  return ::connect(client.get(), static_cast<const sockaddr*>(raw), sizeof address) == 0;
}

/// False at the end of the stream.
bool append_from(UniqueFd& fd, std::string& text) {
  std::array<char, 16 * 1024> bytes;
  const ssize_t size = ::read(fd.get(), bytes.data(), bytes.size());
  if (size > 0) text.append(bytes.data(), static_cast<std::size_t>(size));
  if (size <= 0) fd.reset();
  return size > 0;
}

}  // namespace

std::string control_path(const Container& box) {
  return box.host_path("/run/my_init/control.sock");
}

std::string svctl_program(const Container& box) {
  const std::string path = box.host_path("/run/svctl");
  std::error_code is_there;
  std::filesystem::create_symlink(my_init_path(), path, is_there);
  return path;
}

std::string svctl_inside(const Container& box) {
  std::ignore = svctl_program(box);
  return "/run/svctl --socket /run/my_init/control.sock";
}

Duration svctl_within(Duration limit) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return within(limit) + 10s;
#else
  return within(limit);
#endif
}

void wait_for_control(Container& box) {
  const std::string path = control_path(box);
  if (!box.eventually(10s, [&] { return takes_clients(path); })) FAIL("there is no control socket");
}

Svctl::Svctl(const Container& box, const Words& words, const Words& through)
    : begun_(TimePoint::clock::now()) {
  // Its name is all that makes the binary svctl.
  Words all = through;
  const std::string path = through.empty() ? my_init_path() : through.front();
  all.emplace_back(through.empty() ? "svctl" : svctl_copy(box));
  all.insert(all.end(), {"--socket", control_path(box)});
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (std::string& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::array<int, 2> out{-1, -1};
  std::array<int, 2> err{-1, -1};
  REQUIRE(::pipe2(out.data(), O_CLOEXEC) == 0);
  REQUIRE(::pipe2(err.data(), O_CLOEXEC) == 0);
  output_.reset(out[0]);
  errors_.reset(err[0]);
  const UniqueFd output_end(out[1]);
  const UniqueFd errors_end(err[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  const int error =
      ::posix_spawn(&pid_, path.c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  REQUIRE(error == 0);
}

Svctl::~Svctl() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Svctl::read_some(Duration limit) {
  std::array<pollfd, 2> watched{pollfd{output_ ? output_.get() : -1, POLLIN, 0},
                                pollfd{errors_ ? errors_.get() : -1, POLLIN, 0}};
  const auto patience = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
  ::poll(watched.data(), watched.size(), static_cast<int>(patience));
  if (watched[0].revents != 0) append_from(output_, result_.output);
  if (watched[1].revents != 0) append_from(errors_, result_.errors);
}

void Svctl::wait_output(const std::string& text) {
  const TimePoint deadline = TimePoint::clock::now() + scaled(10s);
  while (result_.output.find(text) == std::string::npos) {
    const Duration left = deadline - TimePoint::clock::now();
    if (left <= 0s || !output_)
      FAIL("svctl does not print '" << text << "' but: " << result_.output << result_.errors);
    read_some(left);
  }
}

Svctl::Result Svctl::wait() {
  const TimePoint deadline = begun_ + scaled(20s);
  while ((output_ || errors_) && TimePoint::clock::now() < deadline)
    read_some(deadline - TimePoint::clock::now());
  if (output_ || errors_) FAIL("svctl does not end: " << result_.output << result_.errors);
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  result_.took = TimePoint::clock::now() - begun_;
  result_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result_;
}

}  // namespace my_init::test
