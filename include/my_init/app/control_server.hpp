#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/os/control_socket.hpp"
#include "my_init/os/event_loop.hpp"

namespace my_init::app {

/// The connections at the control socket: takes lines, gives lines. Nothing that a client does
/// makes us wait or grow: a line has a limit, and so has the number of connections; each client is
/// heard once in a turn of the loop, and only when it has read what we said. Loop thread.
class ControlServer {
 public:
  enum class ClientId : std::uint64_t {};
  /// A whole line without its newline. It may call send(), finish() and keep().
  using Handler = std::function<void(ClientId client, std::string_view line)>;

  /// At the 65th connection the one that has been idle for longest is closed; those that follow
  /// something go last.
  static constexpr std::size_t kMostClients = 64;
  /// Bytes that may wait for one client.
  static constexpr std::size_t kMostWaiting = std::size_t{4} * 1024 * 1024;

  /// `loop` is borrowed and outlives it. `gone` is told about each connection that was closed.
  ControlServer(os::EventLoop& loop, Handler handler, std::function<void(ClientId)> gone);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Begins to listen. EADDRINUSE: another process does so at the same place.
  [[nodiscard]] Result<void> open(const os::ControlAddress& address);

  /// To be called at the end of each turn of the loop: where there was no descriptor for a new
  /// connection, it is tried again when something else has happened.
  void end_turn();

  /// Queues text for a client. One that lets too much of it wait is closed.
  void send(ClientId client, const std::string& text);
  /// Closes the connection once everything is sent. What it says from now on is ignored.
  void finish(ClientId client);
  /// Nobody is connected.
  [[nodiscard]] bool empty() const { return clients_.empty(); }
  /// Bytes that wait for it.
  [[nodiscard]] std::size_t backlog(ClientId client) const;
  /// It follows something: not idle, however long it says nothing. False when it is gone.
  [[nodiscard]] bool keep(ClientId client);

 private:
  struct Client {
    UniqueFd fd;
    std::string said;     ///< not yet handled
    std::string waiting;  ///< to be sent
    std::uint64_t last_heard = 0;
    std::uint32_t watched = 0;  ///< the events that we want to hear of
    bool follows = false;
    bool ended = false;     ///< it says nothing more
    bool finished = false;  ///< we say nothing more
  };

  [[nodiscard]] Result<void> listen();
  void accept_some();
  void make_room();
  void admit(UniqueFd connection);
  void serve(ClientId client, std::uint32_t events);
  [[nodiscard]] bool read(Client& client);
  void handle_line(ClientId client);
  [[nodiscard]] bool write(Client& client);
  void watch(ClientId client);
  void close(ClientId client);

  os::EventLoop& loop_;
  Handler handler_;
  std::function<void(ClientId)> gone_;
  std::optional<os::ControlSocket> socket_;
  enum class Hearing : std::uint8_t { all, just_lost, none };
  Hearing hearing_ = Hearing::none;  ///< of new connections
  std::map<ClientId, Client> clients_;
  std::uint64_t next_client_ = 1;
  std::uint64_t clock_ = 0;  ///< counts what was heard
};

}  // namespace my_init::app
