#include "http_connection.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

namespace my_init::svctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kRequestTime{10};
constexpr seconds kAnswerTime{20};
/// A proxy closes a connection without traffic after 30 or 60 s.
constexpr seconds kHeartbeat{15};
/// What a client still says while we close.
constexpr milliseconds kGoodbyeTime{500};

std::string_view reason_of(unsigned status) {
  constexpr std::array<std::pair<unsigned, std::string_view>, 15> kReasons{
      {{200, "OK"},
       {202, "Accepted"},
       {400, "Bad Request"},
       {401, "Unauthorized"},
       {403, "Forbidden"},
       {404, "Not Found"},
       {405, "Method Not Allowed"},
       {408, "Request Timeout"},
       {409, "Conflict"},
       {413, "Content Too Large"},
       {421, "Misdirected Request"},
       {431, "Request Header Fields Too Large"},
       {500, "Internal Server Error"},
       {503, "Service Unavailable"},
       {504, "Gateway Timeout"}}};
  const auto* const found =
      std::ranges::find(kReasons, status, &std::pair<unsigned, std::string_view>::first);
  return found == kReasons.end() ? "" : found->second;
}

/// Nothing of ours is kept, guessed at, framed or read by other sites.
std::string head_of(unsigned status, std::string_view type) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nConnection: close\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
      "Cross-Origin-Resource-Policy: same-origin\r\n",
      status, reason_of(status), type);
}

constexpr std::string_view kNothingAllowed =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

int poll_one(pollfd& watched, Duration limit) {
  const auto patience = std::chrono::ceil<milliseconds>(std::max(limit, Duration::zero())).count();
  return ::poll(&watched, 1, static_cast<int>(patience));
}

}  // namespace

std::expected<app::HttpRequest, unsigned> HttpConnection::read() {
  return app::read_http_request(fd_.get(), TimePoint::clock::now() + kRequestTime);
}

void HttpConnection::answer(const HttpAnswer& answer, Body body) {
  std::string text = head_of(answer.status, answer.type);
  bool has_policy = false;
  for (const auto& [name, value] : answer.fields) {
    text += fmt::format("{}: {}\r\n", name, value);
    has_policy |= name == "Content-Security-Policy";
  }
  if (!has_policy) text += kNothingAllowed;
  text += fmt::format("Content-Length: {}\r\n\r\n", answer.body.size());
  if (body == Body::sent) text += answer.body;
  if (send_all(text)) say_goodbye();
}

bool HttpConnection::begin_events() {
  return send_all(head_of(200, "text/event-stream") + std::string(kNothingAllowed) +
                  "\r\nretry: 2000\n\n");
}

/// `line` is JSON, so it has no line end of its own but the last.
bool HttpConnection::send_event(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  return send_all(fmt::format("data: {}\n\n", line));
}

bool HttpConnection::await_news(int source) {
  std::array<pollfd, 2> watched{pollfd{source, POLLIN, 0}, pollfd{fd_.get(), POLLRDHUP, 0}};
  const int ready =
      ::poll(watched.data(), watched.size(), static_cast<int>(milliseconds(kHeartbeat).count()));
  if (ready == 0) return send_all(": still here\n\n");
  return ready > 0 ? watched[1].revents == 0 : errno == EINTR;
}

std::string HttpConnection::peer() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) < 0) return "?";
  const auto* const ipv4 = reinterpret_cast<const sockaddr_in*>(&address);
  const auto* const ipv6 = reinterpret_cast<const sockaddr_in6*>(&address);
  const void* const number = address.ss_family == AF_INET
                                 ? static_cast<const void*>(&ipv4->sin_addr)
                                 : static_cast<const void*>(&ipv6->sin6_addr);
  const char* const written =
      ::inet_ntop(address.ss_family, number, text.data(), static_cast<socklen_t>(text.size()));
  return written == nullptr ? "?" : written;
}

bool HttpConnection::send_all(std::string_view text) {
  const TimePoint deadline = TimePoint::clock::now() + kAnswerTime;
  while (!text.empty() && TimePoint::clock::now() < deadline) {
    const ssize_t size = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size > 0) {
      text.remove_prefix(static_cast<std::size_t>(size));
      continue;
    }
    if (size < 0 && errno != EAGAIN && errno != EINTR) return false;
    pollfd watched{fd_.get(), POLLOUT, 0};
    poll_one(watched, deadline - TimePoint::clock::now());
  }
  return text.empty();
}

/// With something unread, close(2) would break the connection before the answer has arrived.
void HttpConnection::say_goodbye() {
  ::shutdown(fd_.get(), SHUT_WR);
  const TimePoint deadline = TimePoint::clock::now() + kGoodbyeTime;
  std::array<char, 4096> ignored;
  while (TimePoint::clock::now() < deadline) {
    pollfd watched{fd_.get(), POLLIN, 0};
    if (poll_one(watched, deadline - TimePoint::clock::now()) <= 0) return;
    if (::recv(fd_.get(), ignored.data(), ignored.size(), MSG_DONTWAIT) <= 0) return;
  }
}

}  // namespace my_init::svctl
