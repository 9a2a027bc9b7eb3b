#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>

#include "my_init/app/control_server.hpp"
#include "my_init/protocol/answer.hpp"
#include "my_init/protocol/request.hpp"
#include "targets.hpp"

namespace my_init::fuzz {
namespace {

os::EventLoop make_loop() {
  auto loop = os::EventLoop::create();
  require(loop.has_value(), "a loop can be made");
  return std::move(*loop);
}

/// A control server whose services are unknown, with one client at a time.
class Server {
 public:
  Server()
      : loop_(make_loop()),
        server_(
            loop_, [this](auto client, std::string_view line) { answer(client, line); },
            [this](auto) { is_gone_ = true; }) {
    ::signal(SIGPIPE, SIG_IGN);
    require(server_.open({address_}).has_value(), "a socket can be opened");
  }

  void connect() {
    auto client = os::connect_to_control(address_);
    require(client.has_value(), "a client can connect");
    client_ = std::move(*client);
    is_gone_ = false;
    lines_ = 0;
    turn();
  }

  /// As much as is taken at once.
  void send(std::string_view bytes) {
    while (!bytes.empty() && !is_gone_) {
      const ssize_t size =
          ::send(client_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
      if (size < 0 && errno != EAGAIN) return;
      if (size < 0) turn();
    }
  }

  void turn() {
    loop_.turn(TimePoint{});
    server_.end_turn();
    receive();
  }

  /// The client says that it has said all, reads what there is, and hangs up.
  void finish() {
    ::shutdown(client_.get(), SHUT_WR);
    turn_until_quiet();
    client_.reset();
    turn_until_quiet();
    require(is_gone_, "a client that has hung up is let go");
    const bool is_refused = received_.find("a request of more than 64 KiB") != std::string::npos;
    require(std::ranges::count(received_, '\n') == lines_ + (is_refused ? 1 : 0),
            "each line has one answer");
    require(received_.empty() || received_.ends_with('\n'), "an answer is a line");
    received_.clear();
  }

 private:
  void answer(app::ControlServer::ClientId client, std::string_view line) {
    require(line.size() < protocol::kMaxRequest, "a line has its limit");
    require(line.find('\n') == std::string_view::npos, "a line is one");
    ++lines_;
    const auto request = protocol::decode_request(line);
    if (request)
      server_.send(client, protocol::encode(protocol::answer::Services{}));
    else
      server_.send(client, protocol::encode(protocol::answer::Failed{protocol::Outcome::usage,
                                                                     request.error().message}));
  }

  void turn_until_quiet() {
    constexpr int kMost = 100'000;
    for (int turns = 0; turns < kMost; ++turns) {
      pollfd news{loop_.fd(), POLLIN, 0};
      if (::poll(&news, 1, 0) == 0) return;
      turn();
    }
    require(false, "the server comes to rest");
  }

  void receive() {
    if (!client_) return;
    std::array<char, std::size_t{64} * 1024> bytes;
    while (true) {
      const ssize_t size = ::recv(client_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (size <= 0) return;
      received_.append(bytes.data(), static_cast<std::size_t>(size));
    }
  }

  os::EventLoop loop_;
  std::string address_ = "@my_init.fuzz." + std::to_string(::getpid());
  app::ControlServer server_;
  UniqueFd client_;
  std::string received_;
  std::ptrdiff_t lines_ = 0;
  bool is_gone_ = false;
};

/// Without a line's end it becomes longer than a request may be.
std::string repeated(std::string_view piece) {
  constexpr std::size_t kSomeLines = 20;
  const bool has_lines = piece.find('\n') != std::string_view::npos;
  const std::size_t wanted = has_lines ? kSomeLines * piece.size() : protocol::kMaxRequest + 1;
  std::string text;
  while (!piece.empty() && text.size() < wanted) text += piece;
  return text;
}

}  // namespace

void try_connection(std::string_view input) {
  static Server server;
  server.connect();
  while (!input.empty()) {
    constexpr unsigned kLength = 0x3f;
    constexpr unsigned kRepeated = 0x40;
    constexpr unsigned kHeld = 0x80;
    const auto header = static_cast<unsigned char>(input.front());
    const std::string_view piece = input.substr(1, header & kLength);
    input.remove_prefix(1 + piece.size());
    server.send((header & kRepeated) != 0 ? repeated(piece) : std::string(piece));
    if ((header & kHeld) == 0) server.turn();
  }
  server.finish();
}

}  // namespace my_init::fuzz
