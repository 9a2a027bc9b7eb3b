#include "connection.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "my_init/app/options.hpp"
#include "my_init/config/load.hpp"
#include "my_init/os/control_socket.hpp"

namespace my_init::svctl {
namespace {

/// Where my_init may be found, the likeliest place first.
std::vector<std::string> places(const Common& common) {
  if (!common.socket.empty()) return {common.socket};
  const char* const variable = std::getenv("MY_INIT_CONTROL");
  if (variable != nullptr && *variable != '\0') return {variable, os::abstract_control_name()};
  const config::Loaded global = config::load_settings(app::Settings{}.global_file, {});
  return {global.settings.control.path.value_or(app::kControlPath), os::abstract_control_name()};
}

UniqueFd connect(const Common& common) {
  std::optional<Error> first;
  for (const std::string& place : places(common)) {
    auto fd = os::connect_to_control(place);
    if (fd) return std::move(*fd);
    if (!first) first = fd.error();
  }
  const bool is_refused = first->number == EACCES || first->number == EPERM;
  throw Stop{is_refused ? Outcome::refused : Outcome::unknown,
             fmt::format("{}; {}", first->message,
                         is_refused ? "only root and the user of my_init may, or the group that "
                                      "control: of /etc/my_init.yaml names"
                                    : "is my_init running here? --socket or MY_INIT_CONTROL names "
                                      "another socket")};
}

}  // namespace

Connection::Connection(const Common& common, const protocol::Request& request)
    : fd_(connect(common)), deadline_(TimePoint::clock::now() + common.timeout) {
  std::string text = protocol::encode(request);
  if (text.size() > protocol::kMaxRequest) throw Stop{Outcome::usage, "too many names"};
  const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
  // A refusal may be there to be read.
  if (sent < 0 && errno != EPIPE)
    throw Stop{Outcome::failed, "cannot ask my_init: " + errno_text(errno)};
}

protocol::Answer Connection::next() {
  auto answer = receive(deadline_);
  if (!answer) throw Stop{Outcome::timed_out, "my_init does not answer in time (--timeout)"};
  return std::move(*answer);
}

protocol::Answer Connection::next_of_stream() {
  return std::move(*receive(std::nullopt));
}

std::optional<protocol::Answer> Connection::next_until(TimePoint deadline) {
  return receive(deadline);
}

std::optional<protocol::Answer> Connection::receive(std::optional<TimePoint> deadline) {
  std::size_t end = read_.find('\n');
  while (end == std::string::npos) {
    int patience = -1;
    if (deadline) {
      const auto left = std::max(*deadline - TimePoint::clock::now(), Duration::zero());
      patience = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
    }
    pollfd watched{fd_.get(), POLLIN, 0};
    const int ready = ::poll(&watched, 1, patience);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return std::nullopt;
    std::array<char, std::size_t{64} * 1024> bytes;
    const ssize_t size = ::read(fd_.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) throw Stop{Outcome::failed, "my_init has closed the connection"};
    const std::size_t from = read_.size();
    read_.append(bytes.data(), static_cast<std::size_t>(size));
    end = read_.find('\n', from);
  }
  auto answer = protocol::decode_answer(std::string_view(read_).substr(0, end));
  read_.erase(0, end + 1);
  if (!answer) throw Stop{Outcome::failed, answer.error().message};
  if (auto* const failed = std::get_if<protocol::answer::Failed>(&*answer))
    throw Stop{failed->outcome, failed->message};
  return std::move(*answer);
}

}  // namespace my_init::svctl
