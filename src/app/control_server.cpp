#include "my_init/app/control_server.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <tuple>
#include <utility>

#include "my_init/protocol/answer.hpp"
#include "my_init/protocol/request.hpp"

namespace my_init::app {
namespace {

/// A turn of the loop is not spent on a crowd of new clients.
constexpr int kAcceptsPerTurn = 64;

std::string refusal(protocol::Outcome outcome, std::string message) {
  return protocol::encode(protocol::answer::Failed{outcome, std::move(message)});
}

}  // namespace

ControlServer::ControlServer(os::EventLoop& loop, Handler handler,
                             std::function<void(ClientId)> gone)
    : loop_(loop), handler_(std::move(handler)), gone_(std::move(gone)) {}

ControlServer::~ControlServer() {
  for (const auto& [id, client] : clients_) loop_.remove(client.fd.get());
  if (socket_) loop_.remove(socket_->fd());
}

Result<void> ControlServer::open(const os::ControlAddress& address) {
  auto socket = os::ControlSocket::open(address);
  if (!socket) return std::unexpected(socket.error());
  socket_ = std::move(*socket);
  return listen();
}

Result<void> ControlServer::listen() {
  hearing_ = Hearing::all;
  return loop_.add(socket_->fd(), EPOLLIN, [this](std::uint32_t) { accept_some(); });
}

void ControlServer::end_turn() {
  if (!socket_ || hearing_ == Hearing::all) return;
  if (std::exchange(hearing_, Hearing::none) == Hearing::just_lost) return;
  if (!listen()) hearing_ = Hearing::none;
}

void ControlServer::accept_some() {
  for (int count = 0; count < kAcceptsPerTurn; ++count) {
    UniqueFd connection(::accept4(socket_->fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (connection) {
      admit(std::move(connection));
    } else if (errno == EMFILE || errno == ENFILE) {
      // It stays in the queue, and would wake us for ever.
      loop_.remove(socket_->fd());
      hearing_ = Hearing::just_lost;
      return;
    } else if (errno != ECONNABORTED && errno != EINTR) {
      return;
    }
  }
}

void ControlServer::make_room() {
  if (clients_.size() < kMostClients) return;
  const auto idlest = std::ranges::min_element(clients_, {}, [](const auto& entry) {
    return std::tuple(entry.second.follows, entry.second.last_heard);
  });
  close(idlest->first);
}

void ControlServer::admit(UniqueFd connection) {
  if (!socket_->allows_peer(connection.get())) {
    const std::string text =
        refusal(protocol::Outcome::refused, "only root and the user of my_init may do this");
    std::ignore = ::send(connection.get(), text.data(), text.size(), MSG_NOSIGNAL);
    return;
  }
  make_room();
  const ClientId id{next_client_++};
  Client& client = clients_[id];
  client.fd = std::move(connection);
  client.last_heard = ++clock_;
  watch(id);
}

/// While something waits to be sent it is not heard. A line that is here already needs no news but
/// the next turn, and a socket with room is news.
void ControlServer::watch(ClientId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  const bool has_line = client.said.find('\n') != std::string::npos;
  const std::uint32_t input = client.ended ? 0U : std::uint32_t{EPOLLIN};
  const std::uint32_t wanted =
      client.waiting.empty() && !has_line ? input : std::uint32_t{EPOLLOUT};
  if (wanted == client.watched) return;
  client.watched = wanted;
  loop_.remove(client.fd.get());
  const auto added =
      loop_.add(client.fd.get(), wanted, [this, id](std::uint32_t events) { serve(id, events); });
  if (!added) close(id);
}

void ControlServer::serve(ClientId id, std::uint32_t events) {
  Client& client = clients_.at(id);
  const bool is_broken = (events & (EPOLLHUP | EPOLLERR)) != 0;
  const bool can_go_on = client.waiting.empty() ? read(client) : write(client);
  if (is_broken || !can_go_on) {
    close(id);
    return;
  }
  if (client.waiting.empty()) handle_line(id);
  watch(id);
}

/// False when the connection is broken.
bool ControlServer::read(Client& client) {
  if (client.ended || client.said.find('\n') != std::string::npos) return true;
  std::array<char, std::size_t{16} * 1024> bytes;
  const ssize_t size = ::recv(client.fd.get(), bytes.data(), bytes.size(), 0);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  client.ended = size == 0;
  if (!client.finished) client.said.append(bytes.data(), static_cast<std::size_t>(size));
  client.last_heard = ++clock_;
  return true;
}

void ControlServer::handle_line(ClientId id) {
  std::string& said = clients_.at(id).said;
  const std::size_t end = said.find('\n');
  if (std::min(end, said.size()) >= protocol::kMaxRequest) {
    said = {};
    send(id, refusal(protocol::Outcome::usage, "a request of more than 64 KiB"));
    finish(id);
  } else if (end != std::string::npos) {
    const std::string line = said.substr(0, end);
    said.erase(0, end + 1);
    if (said.empty()) said.shrink_to_fit();
    handler_(id, line);
  }
}

void ControlServer::send(ClientId id, const std::string& text) {
  const auto found = clients_.find(id);
  if (found == clients_.end() || found->second.finished) return;
  Client& client = found->second;
  const bool is_first = client.waiting.empty();
  if (client.waiting.size() + text.size() > kMostWaiting) {
    close(id);
    return;
  }
  client.waiting += text;
  if (is_first && !write(client)) {
    close(id);
    return;
  }
  watch(id);
}

/// False when the connection is broken, or is finished and all is sent.
bool ControlServer::write(Client& client) {
  const ssize_t size =
      ::send(client.fd.get(), client.waiting.data(), client.waiting.size(), MSG_NOSIGNAL);
  if (size < 0 && errno != EAGAIN && errno != EINTR) return false;
  if (size > 0) client.waiting.erase(0, static_cast<std::size_t>(size));
  if (client.waiting.empty()) client.waiting.shrink_to_fit();
  return !client.waiting.empty() || !client.finished;
}

void ControlServer::finish(ClientId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  found->second.finished = true;
  if (found->second.waiting.empty()) close(id);
}

std::size_t ControlServer::backlog(ClientId id) const {
  const auto found = clients_.find(id);
  return found == clients_.end() ? 0 : found->second.waiting.size();
}

bool ControlServer::keep(ClientId id) {
  const auto found = clients_.find(id);
  if (found != clients_.end()) found->second.follows = true;
  return found != clients_.end();
}

void ControlServer::close(ClientId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  loop_.remove(found->second.fd.get());
  clients_.erase(found);
  gone_(id);
}

}  // namespace my_init::app
