#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "access.hpp"
#include "command.hpp"
#include "my_init/os/listen_socket.hpp"
#include "site.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

/// Each has a thread, and for as long as it asks my_init one of the 64 connections of its socket.
/// One more, and the one that has been silent for longest goes; the rest is for its going.
constexpr int kManyClients = 32;
constexpr int kMostClients = 128;
constexpr int kMostStreams = 16;  ///< of these; they stay
/// For an answer of my_init, which takes some milliseconds.
constexpr auto kPatience = std::chrono::seconds{5};

/// "127.0.0.1:9001", "[::1]:9001", "*:9001"
os::ListenAddress read_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  in6_addr number{};
  const bool is_address = host == "*" || ::inet_pton(AF_INET, host.c_str(), &number) == 1 ||
                          ::inet_pton(AF_INET6, host.c_str(), &number) == 1;
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const bool has_port =
      colon != std::string::npos &&
      std::from_chars(text.data() + colon + 1, end, port) == std::from_chars_result{end, {}};
  if (is_address && has_port) return {os::ListenAddress::Kind::tcp, host, port, std::nullopt};
  throw Stop{Outcome::usage,
             fmt::format("--listen: '{}' is no address such as 127.0.0.1:9001, [::1]:9001 or "
                         "*:9001",
                         text)};
}

/// With the port that the kernel has chosen for port 0.
os::ListenAddress address_of(int socket, os::ListenAddress address) {
  sockaddr_in6 own{};  // the port is at the same place in both families
  socklen_t size = sizeof own;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) == 0)
    address.port = ntohs(own.sin6_port);
  return address;
}

/// Counts one more as long as it lives, where there is room.
class Place {
 public:
  Place(std::atomic<int>& taken, int most) : taken_(taken), is_mine_(++taken <= most) {}
  ~Place() { --taken_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] bool is_mine() const { return is_mine_; }

 private:
  std::atomic<int>& taken_;
  bool is_mine_;
};

/// Clients that have not said yet what they want.
class Newcomers {
 public:
  /// One of them, until this ends, which must be before its descriptor is closed.
  class Entry {
   public:
    Entry(Newcomers& all, int fd) : all_(all), id_(all.add(fd)) {}
    ~Entry() { all_.remove(id_); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    Newcomers& all_;
    std::uint64_t id_;
  };

  void drop_oldest() {
    const std::lock_guard lock(mutex_);
    if (fds_.empty()) return;
    ::shutdown(fds_.begin()->second, SHUT_RDWR);
    fds_.erase(fds_.begin());
  }

 private:
  std::uint64_t add(int fd) {
    const std::lock_guard lock(mutex_);
    fds_.emplace(next_, fd);
    return next_++;
  }
  void remove(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    fds_.erase(id);
  }

  std::mutex mutex_;
  std::map<std::uint64_t, int> fds_;  ///< oldest first
  std::uint64_t next_ = 0;
};

/// Gives each client a thread: all of it waits for somebody else.
class Server {
 public:
  explicit Server(Site site) : site_(std::move(site)) {}

  [[noreturn]] void serve(int socket) {
    for (;;) {
      UniqueFd client(::accept4(socket, nullptr, nullptr, SOCK_CLOEXEC));
      if (client) {
        admit(std::move(client));
      } else if (errno != ECONNABORTED && errno != EINTR) {
        constexpr int kWait = 100;  // short of descriptors or memory: some will be free soon
        ::poll(nullptr, 0, kWait);
      }
    }
  }

 private:
  void admit(UniqueFd client) {
    auto place = std::make_unique<Place>(clients_, kMostClients);
    if (!place->is_mine()) return;
    if (clients_ > kManyClients) newcomers_.drop_oldest();
    auto newcomer = std::make_unique<Newcomers::Entry>(newcomers_, client.get());
    try {
      std::thread([this, client = HttpConnection(std::move(client)), place = std::move(place),
                   newcomer = std::move(newcomer)]() mutable {
        attend(client, std::move(newcomer));
      }).detach();
    } catch (const std::system_error& error) {
      complain(std::string("cannot serve a client: ") + error.what());
    }
  }

  void attend(HttpConnection& client, std::unique_ptr<Newcomers::Entry> newcomer) noexcept {
    try {
      const auto request = client.read();
      newcomer.reset();
      if (!request) {
        if (request.error() != 0)
          client.answer({request.error(), "cannot read the request\n"}, HttpConnection::Body::sent);
        return;
      }
      attend_to(*request, client);
    } catch (const std::exception& error) {
      complain(error.what());
    }
  }

  void attend_to(const app::HttpRequest& request, HttpConnection& client) {
    Reply reply = reply_to(request, site_);
    if (auto* const stream = std::get_if<EventStream>(&reply)) {
      send_events(*stream, client);
      return;
    }
    const auto& answer = std::get<HttpAnswer>(reply);
    if (request.method == "POST")
      print(fmt::format("POST {} from {}: {}\n", request.target, client.peer(), answer.status));
    client.answer(answer, request.method == "HEAD" ? HttpConnection::Body::omitted
                                                   : HttpConnection::Body::sent);
  }

  void send_events(EventStream& stream, HttpConnection& client) {
    const Place place(streams_, kMostStreams);
    if (!place.is_mine()) {
      client.answer({503, "too many event streams\n"}, HttpConnection::Body::sent);
      return;
    }
    bool is_there = client.begin_events() && client.send_event(protocol::encode(stream.first));
    try {
      while (is_there) {
        // All that is here already, for which no descriptor would tell.
        while (is_there) {
          const auto answer = stream.connection.next_until(TimePoint{});
          if (!answer) break;
          is_there = client.send_event(protocol::encode(*answer));
        }
        is_there = is_there && client.await_news(stream.connection.fd());
      }
    } catch (const Stop& stop) {
      // my_init has ended, or dropped us: so does the stream, and the client may try again.
      complain(stop.message);
    }
  }

  Site site_;
  Newcomers newcomers_;
  std::atomic<int> clients_{0};
  std::atomic<int> streams_{0};
};

}  // namespace

/// Until it gets a signal.
void serve(const Common& common, const ServeOptions& options) {
  Site site{{common.socket, kPatience}, configured_token(options.token_file), options.hosts};
  const os::ListenAddress address = read_address(options.listen);
  const auto socket = os::ListenSocket::open(address);
  if (!socket) throw Stop{Outcome::failed, socket.error().message};
  const std::string place = describe(address_of(socket->fd.get(), address));
  print(fmt::format("serving http://{}/\n", place.substr(place.find(':') + 1)));
  Server server(std::move(site));
  server.serve(socket->fd.get());
}

}  // namespace my_init::svctl
